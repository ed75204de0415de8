// Writes a file so that whoever looks, and whenever this is killed, sees all of it or what was there before.
#ifndef ATOME_EMULATION_BASE_WHOLE_FILE_H_
#define ATOME_EMULATION_BASE_WHOLE_FILE_H_

#include <string>
#include <string_view>

namespace atome::emulation {

// All of `bytes` to an open file, whatever interrupts it. Returns 0 or errno.
int WriteAll(int file, std::string_view bytes);

// Makes `name`, which has no slash, in an open folder (O_PATH will do) hold all of `bytes`. They are written
// under another name there, to the disk, then renamed: the name is random and says that it is one of these,
// ".atome-new-" and 16 digits, and its file is locked while its writer lives, so the first write of a process
// to a folder clears away what killed ones left there. The new file has the old one's permissions, or those
// of any new file. Returns 0 or errno; after a failure the folder is as before. Thread-safe.
int WriteWholeFile(int folder, const std::string& name, std::string_view bytes);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_WHOLE_FILE_H_
