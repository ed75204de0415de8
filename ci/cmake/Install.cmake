# `cmake --install build --prefix P` makes a tree that runs wherever it is moved; harness/base/places.h says how the
# command finds its parts. `cmake --build build --target package` makes a Debian package of it.
install(TARGETS atome RUNTIME DESTINATION bin)
install(DIRECTORY ${PROJECT_BINARY_DIR}/firmware/ DESTINATION lib/atome/firmware FILES_MATCHING PATTERN "*.elf")
install(DIRECTORY ${PROJECT_BINARY_DIR}/recipes DESTINATION lib/atome)
install(DIRECTORY ${PROJECT_BINARY_DIR}/python/proto DESTINATION lib/atome/python
  FILES_MATCHING PATTERN "*.py" PATTERN "__pycache__" EXCLUDE)

# `atome.reports` for programs of others (reports/library.md): in the build's python/, and where Debian's Python looks.
file(WRITE ${PROJECT_BINARY_DIR}/python/atome/__init__.py "\"\"\"Atome Harness in Python: atome.reports.\"\"\"\n")
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/reports ${PROJECT_BINARY_DIR}/python/atome/reports SYMBOLIC)
install(FILES ${PROJECT_BINARY_DIR}/python/atome/__init__.py DESTINATION lib/python3/dist-packages/atome)
install(CODE [[
  set(link "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/python3/dist-packages/atome/reports")
  message(STATUS "Installing: ${link}")
  file(CREATE_LINK ../../../../share/atome/reports "${link}" SYMBOLIC)
]])

foreach(folder golden reports proto)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION share/atome
    PATTERN "__pycache__" EXCLUDE
    PATTERN "testdata" EXCLUDE
    PATTERN "testing" EXCLUDE
    PATTERN "*_test.py" EXCLUDE
    PATTERN "CMakeLists.txt" EXCLUDE)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/engine DESTINATION share/atome  # what `atome firmware` compiles
  FILES_MATCHING PATTERN "*.h" PATTERN "*.cc" PATTERN "*.S" PATTERN "*.ld"
  PATTERN "testing" EXCLUDE
  PATTERN "host" EXCLUDE
  PATTERN "*_test.cc" EXCLUDE
  PATTERN "*_benchmark.cc" EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/emulation/silicon/facts.csv ${PROJECT_SOURCE_DIR}/emulation/silicon/measurements.json
  DESTINATION share/atome/emulation/silicon)
install(FILES ${PROJECT_SOURCE_DIR}/emulation/boards/boards.json DESTINATION share/atome/emulation/boards)  # for `atome advise`
install(DIRECTORY ${PROJECT_SOURCE_DIR}/ci/baselines DESTINATION share/atome/ci)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/atome-harness)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/atome-harness RENAME copyright)

# Manual pages and completion are what the command says of itself.
set(share ${PROJECT_BINARY_DIR}/share)
add_custom_command(OUTPUT ${share}/made
  COMMAND ${CMAKE_COMMAND} -E make_directory ${share}/bash-completion/completions ${share}/zsh/site-functions
    ${share}/fish/vendor_completions.d
  COMMAND atome man --out ${share}/man/man1
  COMMAND atome completion bash --out ${share}/bash-completion/completions/atome
  COMMAND atome completion zsh --out ${share}/zsh/site-functions/_atome
  COMMAND atome completion fish --out ${share}/fish/vendor_completions.d/atome.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${share}/made
  DEPENDS atome VERBATIM)
add_custom_target(atome_share ALL DEPENDS ${share}/made)
install(DIRECTORY ${share}/ DESTINATION share PATTERN made EXCLUDE)

# A Debian package, and an archive that runs where it is unpacked.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME atome-harness)
set(CPACK_PACKAGE_CONTACT "Atome Harness developers <noreply@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Verification and benchmarking of tiny language models on microcontrollers")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/Package.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# QEMU is loaded as a program, Python's modules by the commands that are Python's.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qemu-system-arm, python3, python3-protobuf, python3-numpy, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gcc-arm-none-eabi, python3-pandas, python3-torch")
set(CPACK_ATOME_PROCESSOR ${CMAKE_SYSTEM_PROCESSOR})
include(CPack)
