// Keeps the thread that runs a guest away from the host's files, processes and network.
#ifndef ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_
#define ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_

namespace atome::emulation {

// From now on the calling thread, and threads it starts, may use the files it has open, memory, time and
// synchronisation; every other system call fails (EPERM; ENOSYS for clone3). Cannot be undone. Other threads
// keep their rights. Returns nullptr, or what went wrong; then the thread must not run a guest.
[[nodiscard]] const char* ConfineThread();

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_PLUGIN_CONFINEMENT_H_
