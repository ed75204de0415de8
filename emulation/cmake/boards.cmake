# atome_generate_boards(<json> <inc>): turns boards.json into the rows that board.cc includes, at configure time.

function(atome_generate_boards json_path inc_path)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${json_path})
  file(READ ${json_path} json)
  string(JSON count LENGTH "${json}" boards)
  math(EXPR last "${count} - 1")
  set(aliases "")
  set(rows "")
  foreach(i RANGE ${last})
    foreach(key name title chip core flash_address flash_bytes vector_offset ram_address ram_bytes clock_hz
                wait_states flash_path accuracy_percent accuracy_basis source note)
      string(JSON ${key} GET "${json}" boards ${i} ${key})
    endforeach()
    foreach(key miss_cycles line_bytes instruction_lines instruction_ways data_lines data_ways unified prefetch)
      string(JSON ${key} GET "${json}" boards ${i} flash ${key})
    endforeach()
    foreach(key unified prefetch)  # CMake spells JSON's booleans ON and OFF
      if(${key})
        set(${key} true)
      else()
        set(${key} false)
      endif()
    endforeach()

    string(JSON alias_count LENGTH "${json}" boards ${i} flash_aliases)
    set(words "")
    if(alias_count GREATER 0)
      math(EXPR last_alias "${alias_count} - 1")
      foreach(j RANGE ${last_alias})
        string(JSON word GET "${json}" boards ${i} flash_aliases ${j})
        string(APPEND words "${word}, ")
      endforeach()
    endif()
    string(APPEND aliases "constexpr std::array<uint32_t, ${alias_count}> kAliases${i}{${words}};\n")
    string(APPEND rows
      "    Board{\"${name}\", \"${title}\", \"${chip}\", \"${core}\",\n"
      "          ${flash_address}, ${flash_bytes}, ${vector_offset}, kAliases${i}, ${ram_address}, ${ram_bytes},\n"
      "          ${clock_hz}, ${wait_states}, \"${flash_path}\",\n"
      "          {.miss_cycles = ${miss_cycles}, .line_bytes = ${line_bytes},\n"
      "           .instruction_lines = ${instruction_lines}, .instruction_ways = ${instruction_ways},\n"
      "           .data_lines = ${data_lines}, .data_ways = ${data_ways},\n"
      "           .unified = ${unified}, .prefetch = ${prefetch}},\n"
      "          ${accuracy_percent}, \"${accuracy_basis}\",\n"
      "          \"${source}\",\n"
      "          \"${note}\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${inc_path} @ONLY CONTENT
    "// From emulation/boards/boards.json.\n${aliases}constexpr std::array<Board, ${count}> kBoards{{\n${rows}}};\n")
endfunction()
