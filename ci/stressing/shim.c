// Stands before rename as a network's file system may have it. ATOME_RENAME: "once CODE" fails the first
// time, "always CODE" each time, with that errno.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int Refused(void) {
  static int calls = 0;
  const char* wanted = getenv("ATOME_RENAME");
  int code = 0;
  char how[8] = "";
  if (wanted == NULL || sscanf(wanted, "%7s %d", how, &code) != 2) return 0;
  if (strcmp(how, "once") == 0 && calls++ > 0) return 0;
  errno = code;
  return 1;
}

int rename(const char* from, const char* to) {
  int (*real)(const char*, const char*) = (int (*)(const char*, const char*))dlsym(RTLD_NEXT, "rename");
  return Refused() ? -1 : real(from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  int (*real)(int, const char*, int, const char*) =
      (int (*)(int, const char*, int, const char*))dlsym(RTLD_NEXT, "renameat");
  return Refused() ? -1 : real(from_folder, from, to_folder, to);
}
