// Reads boards from JSON: this project's boards.json, and files of the same form that users give.
#ifndef ATOME_EMULATION_BOARDS_BOARD_FILE_H_
#define ATOME_EMULATION_BOARDS_BOARD_FILE_H_

#include <optional>
#include <string>
#include <vector>

#include "emulation/boards/board.h"

namespace atome::emulation {

// The boards of the text, in its order. Nothing for a text that is not sound, however it is made; then
// `error` is one line: `file`, the board, the key, what is wrong and what to do. add_a_board.md lists the
// keys; a board needs a name, a core, memories and a clock, and all else has a default.
[[nodiscard]] std::optional<std::vector<Board>> ReadBoards(const std::string& text, const std::string& file,
                                                           std::string& error);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_BOARD_FILE_H_
