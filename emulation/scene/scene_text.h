// A scene as text for a terminal.
#ifndef ATOME_EMULATION_SCENE_SCENE_TEXT_H_
#define ATOME_EMULATION_SCENE_SCENE_TEXT_H_

#include <string>
#include <string_view>

#include "emulation/scene/scene.h"

namespace atome::emulation {

// The message, one line as in RunResult::message, and everything the scene tells. Lines have at most 100
// columns and a newline each; unprintable characters of symbols' names are replaced.
std::string Paragraph(std::string_view message, const Scene& scene);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_TEXT_H_
