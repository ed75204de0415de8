# atome_generate_cores(<json> <inc>): turns cores.json into the rows that core.cc includes, at configure
# time, so that the firmware's compiler flags and the emulators read one and the same file.

function(atome_generate_cores json_path inc_path)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${json_path})
  file(READ ${json_path} json)
  string(JSON count LENGTH "${json}" cores)
  math(EXPR last "${count} - 1")
  set(options "")
  set(rows "")
  foreach(i RANGE ${last})
    foreach(key name title unicorn_model cpuid fpu strict_alignment flash_bytes ram_bytes
                qemu_machine qemu_core qemu_note unicorn_note)
      string(JSON ${key} GET "${json}" cores ${i} ${key})
    endforeach()
    foreach(key fpu strict_alignment)  # CMake spells JSON's booleans ON and OFF
      if(${key})
        set(${key} true)
      else()
        set(${key} false)
      endif()
    endforeach()

    string(JSON option_count LENGTH "${json}" cores ${i} qemu_options)
    set(words "")
    if(option_count GREATER 0)
      math(EXPR last_option "${option_count} - 1")
      foreach(j RANGE ${last_option})
        string(JSON word GET "${json}" cores ${i} qemu_options ${j})
        string(APPEND words "\"${word}\", ")
      endforeach()
    endif()
    string(APPEND options
      "constexpr std::array<std::string_view, ${option_count}> kQemuOptions${i}{${words}};\n")
    string(APPEND rows
      "    Core{\"${name}\", \"${title}\", ${unicorn_model}, ${cpuid}, ${fpu}, ${strict_alignment},\n"
      "         ${flash_bytes}, ${ram_bytes}, \"${qemu_machine}\", kQemuOptions${i}, \"${qemu_core}\",\n"
      "         \"${unicorn_note}\", \"${qemu_note}\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${inc_path} @ONLY CONTENT
    "// From emulation/boards/cores.json.\n${options}constexpr std::array<Core, ${count}> kCores{{\n${rows}}};\n")
endfunction()
