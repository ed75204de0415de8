// Keeps the thread that runs a guest away from the host's files, processes and network.
#ifndef ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_
#define ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_

namespace atome::emulation {

enum class FileAccess {
  kNone,
  // The files below the working folder may be opened for reading. Needs Landlock in the kernel.
  kReadWorkingFolder,
};

// From now on the calling thread, and threads it starts, may use the files it has open, memory, time and
// synchronisation, and what `files` says; every other system call fails (EPERM; EACCES for files elsewhere;
// ENOSYS for clone3). Cannot be undone. Other threads keep their rights. Returns nullptr, or what went wrong;
// then the thread must not run a guest.
[[nodiscard]] const char* ConfineThread(FileAccess files);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_
