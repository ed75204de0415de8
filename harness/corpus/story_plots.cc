#include "harness/corpus/story_rules.h"

namespace atome::harness {

const std::string_view kStoryPlots = R"(
story: {hero=person}{mate=person}{elder=relative}{helper=neighbour}{spot=place}{thing=toy}{hue=look}{other=toy}
 {begin} // {plot} // {end} //

begin: {intro}. [{^hero.he} loved to {play}.|{^hero.he} lived with {elder}.|{^hero.he} had {a hue} {thing}.|]
 [{^hero.his} best friend was [{a mate.kind} named {mate}|{mate}, {a nature} {mate.kind}].|{^hero.he} had a friend named {mate}.]
 [{aside}|{every}|]
every: [every day|every {day}|on {weekday}s|in {season}], {both} [liked to {play}|{play.past} in the {spot}|{play.past} and {play.past}].

plot: {lost} | {gift} | {trip} | {baking} | {storm} | {rescue} | {contest} | {mess} | {garden} | {night} | {quarrel} | {shop}
 | {wish} | {school} | {boat} | {secret}

lost: {time}, {hero} could not find {hero.his} {hue} {thing}. {hurt}. {aside} // "Have you seen my {thing}?" asked {hero}.
 "{no}," said {elder}. "[Look|Did you look] {hiding}[.|?]" {hero} looked {hiding}, but the {thing} was not there. {aside} //
 {mate} came to help. {^both} looked {hiding} and {hiding}. {aside} [{spoke}|] //
 [at last|then|suddenly], {mate} [saw something {look}|heard a noise] {hiding}. "{yell}, {hero}!" {said} {mate}. it was the {hue} {thing}!
 {felt}. "Thank you, {mate}," said {hero}[ and hugged {mate.him}|].
gift: {time}, {elder} gave {hero} {a look} box. {hero} opened it {manner}. inside was {a hue} {thing}! {felt}. {aside} //
 {hero} took the {thing} to the {spot}. {mate} wanted to [hold|try|see] it too. "[Can I|May I|Let me] play with your {thing}?" asked {mate}.
 "{no}!" {said} {hero}. "It is mine." {mate} was {very} {sorrow}. {aside} // {hero} [played|sat] alone with the {thing}, but
 it was [not fun|no fun|boring]. {small}. {^hero.he} thought about {mate}. // "{mate}, I am sorry," said {hero}. "[You can have a turn|We can share it]."
 {both} played with the {hue} {thing} until [dark|dinner|bedtime]. {aside}
trip: {time}, {both} [decided|wanted] to {go} to the {spot}. {elder} gave them {number} {foods} and [some {drink}|{a look} {other}].
 {aside} // on the way, {saw}. {aside} {spoke} // [when they came|at last they came|they were tired when they came] to the {spot}.
 {weather}. {did}. {aside} // then {hero} found {a hue} {thing} {hiding}. "Whose {thing} is this?" asked {mate}.
 "It is [mine|not ours|for {helper}]," said a [small|deep|kind] voice. it was {helper}! {^helper.he} [thanked them|smiled] and gave them {foods}. {aside}
baking: {time}, {hero} and {elder} wanted to bake {a size} {food}. they needed {foods}, {drink} and {foods}. {aside} //
 "[Stir it|Mix it|Be careful|Wash your hands]," said {elder}. {hero} stirred {manner}[ with {a look} spoon|]. {aside} {mate} came to [help|watch].
 "It smells like {foods}!" {said} {mate}. // they waited and waited. {small}. when the {food} was ready, it was {look} and [hot|sweet|warm|burnt].
 {hero} gave {mate} the [first|biggest|last] piece. "[Yum|Mmm|So good|Too hot]!" said {mate}. {felt}. {aside}
storm: {time}, [dark clouds came|the wind grew loud|it began to rain] over the {spot}. {hero} was {sorrow}. {aside} // "{yell}!" {said} {hero}.
 "[The rain|The thunder|The wind] is {very} [loud|strong|close]." {mate} [took|held] {hero.his} [hand|arm]. "Let us hide {hiding}," said {mate}. {aside} //
 they sat {hiding} and {play.past}. {hero} held {hero.his} {hue} {thing}. {spoke} {^small}. // [soon|at last|after a while] the [storm|rain|wind] stopped.
 {both} saw {a look} rainbow. "[It is over|We were brave|We are safe]!" {said} {mate}. {felt}.
rescue: {time}, {hero} heard {a size} cry {hiding}. {victim=animal}it was {a size} {victim} [that was stuck|with a hurt leg|that was lost]. {aside} //
 "[Do not worry|Do not cry|We will help you], little {victim}," said {hero}. {hero.he} [called|asked] {mate} to bring {a hue} {thing}. {aside} //
 {mate} {go.past} back with the {thing}. together they pulled {manner}. [one, two, three|one more time]! the {victim} was free.
 "[Thank you|You saved me]," said the {victim}. {aside} // the {victim} gave them {number} {foods}. {elder} was {very} proud of {hero}. {felt}.
contest: {time}, {rival=child}there was a [race|contest|game|show] at the {spot}. the prize was {a hue} {thing}. {hero} wanted to win[ it|]. {aside} //
 "I will win," said {rival}. "I [am faster|am stronger|can jump higher] than {hero}." {hurt}. {mate} said, "Just try your best, {hero}." {aside} //
 [one, two, three, go|ready, steady, go]! {hero} {go.past} {manner}. {rival} {go.past} too, but {rival.he} [fell|slipped|stopped] {hiding}. {hero} [stopped to help|went back to help] {rival.him}. //
 [{mate}|{helper}] won the [race|prize|game], but {helper} gave {hero} the {hue} {thing}. "You were kind," said {helper}. {rival} said, "Thank you, {hero}." {felt}. {aside}
mess: {time}, {hero} played with {a hue} {thing} in the [kitchen|house|living room|garden]. {elder} had said, "Do not [run|jump|throw it] [here|inside]." {aside} //
 {hero} did not listen. [crash|bang|oops]! the {other} [broke|fell|was in pieces]. {hurt}. {hero} hid it {hiding}. {aside} // "What happened to my {other}?" asked {elder}.
 {hero} looked at {mate}. {mate} whispered, "Tell {elder} the truth." {small}. // "I broke it. I am sorry," said {hero}. {elder} was not [cross|mad].
 "Thank you for telling me," {elder.he} said. {both} [fixed|cleaned|glued] the {other} together. {aside}
garden: {time}, {helper} gave {hero} {a size} seed. "[Plant it|Put it] {hiding} and wait," {helper.he} said. {aside} // every day {hero} gave it [water|some water].
 {number} days went by, and [nothing happened|it did not grow]. {hurt}. "Be patient," said {mate}. {aside} // one morning there was {a look} {plant}! it was as [tall|big] as {mate}.
 "{yell}!" {said} {hero}. {spoke} // in {season} it had {number} {foods}. {hero} gave [one|some] to {helper}, [one|some] to {elder} and [one|some] to {mate}. {felt}.
night: {time}, {hero} could not sleep. there was {a look} shadow {hiding}. {hurt}. {aside} // "Is it a [monster|ghost|wolf|dragon]?" asked {hero}. {elder} came in with {a look} lamp.
 "Let us look," said {elder}. {aside} // they looked {hiding}. it was only {hero.his} {hue} {thing}! {hero} laughed[ and laughed|]. "The dark is not so bad," said {hero}. //
 {elder} told {hero.him} a story about {a nature} {animal}[ who lived in the {spot}|]. soon {hero} was asleep. {hero.he} dreamed of {foods} and {a look} {sight}.
quarrel: {time}, {both} found {a hue} {thing} in the {spot}. "It is mine!" {said} {hero}. "No, it is mine!" {said} {mate}. they pulled and pulled. {aside} //
 [rip|crack|snap]! the {thing} [broke|was in two pieces]. now {both} were {sorrow}. {hero} {go.past} home. {mate} {go.past} home too. {aside} // {helper} saw {hero}.
 "Why are you {sorrow}?" {helper.he} asked. {hero} told {helper.him} about the {thing}. "A friend is better than {a thing}," said {helper}. {aside} //
 {hero} went to {mate}'s house. "I am sorry," said {hero}. "I am sorry too," said {mate}. {both} [hugged|made a new {thing}|fixed the {thing}]. {did}.
shop: {time}, {hero} had {number} coins. {hero.he} wanted to buy {a hue} {thing} at the [shop|market|fair]. {aside} // "The {thing} is {number} coins," said {helper}. it was too much. {hurt}. {aside} //
 "You can help me," said {helper}. "[Sweep the floor|Carry the boxes|Wash the windows|Pick {foods}], please." {hero} and {mate} worked {manner}. {small}. {spoke} //
 when they were done, {helper} [smiled|was pleased] and gave {hero} the {hue} {thing}. "You earned it," {helper.he} said. {felt}. {aside}
wish: {time}, {hero} found {a look} {other} {hiding}. {hero.he} [rubbed|cleaned|shook] it. poof! {a look} fairy came out. "I will give you {number} wishes," she said. {aside} //
 "I wish for {a hue} {thing}," said {hero}. poof! "I wish for {number} {foods}," said {mate}. poof! {spoke} {aside} // but the {thing} was too {size}, and the {foods} were everywhere. {hurt}. {small}. //
 "I wish everything was as before," said {hero}. poof! the {thing} was gone. {hero} and {mate} laughed. "I only need a friend," said {hero}. {felt}.
school: {time}, it was the first day of school. {hero} was {very} {sorrow}. "What if nobody likes me?" {hero.he} asked {elder}. "[Just be kind|Just smile|You will see]," said {elder}. {aside} //
 at school, {hero} sat next to {rival=child}{rival}. {rival} had {a hue} {thing}. "Do you want to {play}?" asked {rival}. "{yes}," said {hero}. {aside} // they [counted|drew|read about] {number} {foods} and {a look} {animal}.
 {mate} came to sit with them. {spoke} {^small}. // after school, {elder} asked, "How was it?" "I made a friend," said {hero}. "{^rival.his} name is {rival}, and {rival.he} has {a hue} {thing}!"
boat: {time}, {both} made {a hue} boat out of [wood|paper|a box|leaves]. they put it on the [river|pond|lake]. {aside} // the boat {go.past} away {manner}! "{yell}!" {said} {hero}. {both} {go.past} after it. {aside} {^saw}. //
 {victim=animal}{a size} {victim} was {hiding}. "Can you help us?" asked {mate}. "{yes}," said the {victim}. the {victim} [swam|jumped|flew] to the boat and brought it back. {aside} //
 "You are {very} {nature}," said {hero} to the {victim}. {both} gave the {victim} {a look} {food}. from that day, the {victim} [was their captain|was their friend|sailed with them]. {did}.
secret: {time}, {mate} had a secret. "Follow me," {mate.he} said. {both} {go.past} to the {spot}. {weather}. {aside} // {hiding} there was {a look} door. {hero} [knocked|pushed it] {manner}. "Who is there?" asked a [small|deep|kind] voice.
 {victim=animal}it was {a nature} {victim}. {aside} // the {victim} had {a hue} {thing}, {number} {foods} and {a look} {other}. "[Sit down|Come in], please," said the {victim}. "Do you like {foods}?" {^ate}. {spoke} //
 "You must not tell," said the {victim}. "{yes}," said {hero} and {mate}. the {victim} gave {hero} the {thing} to keep. {felt}. {aside}

end: {close} [{lesson}|] | {lesson} | {close} | {close} {small}.
close: [that night|in the evening|at home], {hero} told {elder} about the {thing}. | {hero} and {mate} {go.past} home {manner}. | from that day on, {both} {play.past} [together|in the {spot}] every {day}.
 | {hero} put the {hue} {thing} {hiding} and went to [bed|sleep]. | {elder} [hugged|kissed|thanked] {hero}. "[Good night|Well done|I love you|I am proud of you]," {elder.he} said. | {hero} never forgot the {spot} and the {hue} {thing}. | they all [ate {foods}|had {drink}|laughed] and were {mood}.
lesson: {hero} learned that it is good to [share|be kind|help others|tell the truth|listen|be patient|say sorry|try again]. | {hero} knew that [friends help each other|a friend is the best gift|being brave is not always easy|it is better to share].
 | and {hero} was never [{sorrow}|lonely|afraid of the dark] again. | and [{both}|they all] lived happily ever after. | the end.
)";

}  // namespace atome::harness
