#include "harness/corpus/story_rules.h"

namespace atome::harness {

// The rule "story" binds hero and mate (two friends), elder, spot (a place), and thing with its look.
const std::string_view kStoryPhrases = R"(
time: one {day} | one [sunny|rainy|cold|warm|windy|bright|foggy|quiet|snowy] {day} | on {weekday} | one {day} in {season}
 | the next {day} | early one morning | after lunch | before dinner | one [sunny|cold|warm|windy] {weekday}
weather: the sun was [shining|warm|bright|hot|low] | the sky was [blue|grey|dark|clear|pink] | it was [raining|snowing|hot|cold|windy]
 | the wind blew {manner} | [birds|bees|frogs|children] were singing | the air smelled of [rain|{foods}|grass|flowers|smoke]
very: very | so | really | a little | quite
both: the two friends | {hero} and {mate} | {mate} and {hero} | they | they both
loud: said | said | asked | cried | shouted | whispered | called | answered | laughed
said: said | said | replied | shouted | whispered | answered | called
yell: Look | Wait | Oh no | Help | Wow | Hello | Come here | Hurry | Stop | Listen | Please
yes: Yes | Of course | Sure | Okay | All right | Thank you | Good idea | Maybe | I think so
no: No | Not now | I am sorry | Not today | Never | I do not think so

felt: {hero} felt {very} {mood} | {hero} was {one=mood}{one} and {two=mood}{two} | {hero.he} [smiled|laughed|clapped|grinned|sang]
 | {hero} could not stop [smiling|laughing|dancing|singing]
hurt: {hero} felt {very} {sorrow} | {hero} was {one=sorrow}{one} and {two=sorrow}{two} | {hero.he} [cried|sighed|frowned|sat down|looked down]
 | {hero} wanted to [cry|go home|hide|shout|sleep] | a tear ran down {hero.his} [cheek|nose|face]
went: {hero} {go.past} to the {spot} | {hero.he} {go.past} [up|down|around|across] the [road|path|hill|street|garden]
 | {hero} {go.past} {manner} | {hero} [looked|searched|peeked] {hiding} | {hero.he} [stopped|sat|waited|hid] {hiding}
 | {hero} {go.past} until {hero.his} [legs|feet|arms] were tired
saw: {hero} saw {a look} {sight} | there was {a look} {sight} {hiding} | {a look} {sight} [flew|rolled|moved|came|fell] by
 | {hero.he} found {number} {foods} {hiding} | {a size} {animal} [slept|sat|hid|danced|waited] {hiding}
ate: {hero} ate {a look} {food} | {hero} had [some|hot|cold|warm] {drink} with {hero.his} {food}
 | {elder} gave {hero.him} {a size} {food} | {both} shared {number} {foods} | {mate} drank [some|hot|cold] {drink}
spoke: "{yell}!" {said} {mate}. "There is {a sight} {hiding}!" | "{yell}! Do you like {foods}?" asked {mate}. "{yes}," said {hero}.
 | "What is that?" asked {mate}. "It is {a look} {sight}," {said} {hero}. | "{^hero}, are you {sorrow}?" asked {mate}.
 | "Can we {go} to the {place}?" asked {hero}. "{no}," said {elder}. "{yes}, but be careful," [said|added] {mate}.
 | "I can {play}," said {hero}. "I can {play} too," said {mate}. | "I am {very} {mood}!" {said} {hero}.
 | "My {food} is {size}," said {mate}. "Mine is {colour}!" [said|laughed] {hero}.
 | "I want to {play} with you," {said} {mate}. | "Where is the {animal}?" asked {mate}. "It is {hiding}," {said} {hero}.
 | {elder} said, "{yell}! You must {go} {manner}." | "Let us {play}!" {said} {hero}. "{yes}!" {said} {mate}.
 | "{yell}!" {said} {hero}. "{yell}!" {said} {mate}. Then {both} laughed.
did: {both} [liked|wanted|began|tried|started] to {play} | {both} {play.past} [together|all day|for a long time|in the {spot}]
 | {mate} {play.past} and {hero} {play.past} | {mate} {go.past} after {hero.him} | {hero} held {mate}'s hand
 | {mate} showed {hero.him} {mate.his} {look} {toy} | {hero} put the {thing} {hiding} | {hero} {go.past} and {mate} {go.past}
small: {saw} | {went} | {ate} | {did} | {weather} | {weather}, and {did} | {went}, and {saw} | {did}, but {weather}
 | when {saw}, {felt} | {saw}, so {went}
aside: {^small}. | {^small}. {small}. | {^small}. {spoke} | {spoke} | {spoke} {^small}. |

intro: once upon a time, there was {a nature} {hero.kind} named {hero} | {hero} was {a nature} {hero.kind}
 | there once was {a size} {hero.kind} called {hero} | {hero} was {a size} {hero.kind} who loved to {play}
 | in {a size} house [near|behind|by] the {spot} lived {a nature} {hero.kind} named {hero}
)";

}  // namespace atome::harness
