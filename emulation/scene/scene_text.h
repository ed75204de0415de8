// A scene as text for a terminal.
#ifndef ATOME_EMULATION_SCENE_SCENE_TEXT_H_
#define ATOME_EMULATION_SCENE_SCENE_TEXT_H_

#include <string>
#include <string_view>

#include "emulation/scene/scene.h"

namespace atome::emulation {

// What happened and why, one line as in RunResult::message, and everything the scene tells about it. Lines of
// at most 100 columns, each with its newline; what a firmware could put in a symbol's name is made printable.
std::string Paragraph(std::string_view message, const Scene& scene);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_TEXT_H_
