#include "harness/corpus/story_rules.h"

namespace atome::harness {

const std::string_view kStoryWords = R"(
# Who
boy: Tom | Ben | Max | Sam | Leo | Jack | Tim | Finn | Noah | Omar | Hugo | Eli | Oscar | Felix | Ravi | Milo | Theo
 | Adam | Peter | Jonas | Kofi | Anton | Luis | Bruno | Emil | Owen | Dan | Henry | Arthur | Mateo | Karim | Yusuf
 | Pavel | Simon | Toby | Ivan
girl: Lily | Anna | Mia | Sue | Emma | Zoe | Nora | Ella | Ruby | Amy | Clara | Ida | Maya | Rosa | Tina | Lucy | Jane
 | Freya | Leila | Hana | Olga | Greta | Priya | Alice | Molly | Nina | Sara | Eva | Wendy | Vera | Daisy | Julia
 | Abby | Carmen | Yuki | Elsa
pet: Rusty | Pip | Momo | Biscuit | Coco | Fuzzy | Nibbles | Patch | Bubbles | Snowy | Whiskers | Pepper | Ginger
 | Bingo | Tuffy | Hazel | Willow | Dot | Button | Mango
animal: fox | rabbit | cat | dog | bear | mouse | squirrel | hedgehog | duck | frog | goat | pony | lamb | kitten
 | puppy | owl | turtle | badger | otter | sparrow | parrot | piglet | beaver | crow | mole | deer | goose | robin
 | snail | chick | monkey | zebra | donkey | swan
child(he him his kind): {boy}/he/him/his/boy | {girl}/she/her/her/girl
person(he him his kind): {boy}/he/him/his/boy | {boy}/he/him/his/boy | {girl}/she/her/her/girl | {girl}/she/her/her/girl
 | {pet}/[he/him/his|she/her/her]/{animal}
relative(he him his): Mom/she/her/her | Dad/he/him/his | Grandma/she/her/her | Grandpa/he/him/his
 | Aunt {girl}/she/her/her | Uncle {boy}/he/him/his
neighbour(he him his): Mr. [Brown|Hill|Baker|Green|Fish|Stone]/he/him/his
 | Mrs. [Wood|Lane|Field|Marsh|Rose|Bell]/she/her/her | the [baker|farmer|teacher|sailor|gardener|doctor]/he/him/his
 | the [painter|postwoman|shopkeeper|nurse|cook|queen]/she/her/her
# What
colour: red | blue | green | yellow | white | black | brown | purple | orange | pink | golden | silver | grey
size: big | tiny | little | small | huge | tall | long | round | fat | thin | short
look: {size} | {colour} | {size} {colour} | [soft|shiny|old|new|pretty|funny|wooden|lovely|dusty|striped|warm|special]
 | [soft|shiny|old|new|pretty|funny|wooden] {colour}
toy: ball | kite | drum | doll | boat | train | bucket | puzzle | whistle | scarf | lantern | bell | basket | hat | book
 | cup | crayon | ring | button | coin | key | map | blanket | pillow | wagon | balloon | feather | mirror | clock | box
 | umbrella | stick | rope | flag | necklace | marble | spoon | robot | teddy | shell
food: apple | pear | cake | cookie | pie | carrot | plum | peach | sandwich | pancake | muffin | banana | cherry | bun
 | sausage | egg | lemon | melon | potato | onion
foods: apples | pears | cookies | carrots | plums | nuts | berries | pancakes | muffins | bananas | cherries | buns
 | grapes | beans | eggs | sweets
drink: milk | tea | juice | water | soup | cocoa
plant: flower | tree | rose | bush | bean | seed | tulip | daisy | pumpkin | sunflower
sight: cloud | rainbow | butterfly | bird | bug | bee | leaf | stone | star | puddle | ladder | cart | bus | truck | plane
 | nest | bridge | spider | ant | worm | fish | shadow | snowman | tower | window
# Where
place: park | forest | garden | beach | market | farm | meadow | school | river | lake | hill | barn | field | castle
 | village | library | playground | pond | orchard | harbour | island | mountain
hiding: under the [bed|table|bridge|stairs|sofa|leaves|blanket] | behind the [door|shed|tree|curtain|fence|house|rocks]
 | in the [box|basket|grass|drawer|sand|bushes|kitchen|mud] | on the [roof|shelf|chair|wall|bench]
 | near the [gate|well|pond|road|river|oven]
# How
mood: happy | glad | proud | excited | cheerful | calm
sorrow: sad | worried | scared | upset | lonely | cross | tired | sorry | afraid
nature: kind | brave | clever | shy | curious | gentle | silly | lazy | careful | quiet | friendly | loyal | greedy
 | cheerful | stubborn | playful | helpful | polite
manner: slowly | quickly | softly | loudly | carefully | happily | quietly | gently | bravely | proudly | sadly
go(past ing): run/ran/running | walk/walked/walking | hop/hopped/hopping | jump/jumped/jumping | march/marched/marching
 | hurry/hurried/hurrying | climb/climbed/climbing | skip/skipped/skipping | race/raced/racing | dance/danced/dancing
play(past ing): sing/sang/singing | play/played/playing | swim/swam/swimming | draw/drew/drawing | read/read/reading
 | paint/painted/painting | cook/cooked/cooking | dig/dug/digging | laugh/laughed/laughing | bake/baked/baking
 | count the stars/counted the stars/counting the stars | feed the birds/fed the birds/feeding the birds
 | fly kites/flew kites/flying kites | pick {foods}/picked {foods}/picking {foods}
 | build towers/built towers/building towers | tell stories/told stories/telling stories
 | ride {a size} bike/rode {a size} bike/riding {a size} bike | look for bugs/looked for bugs/looking for bugs
number: two | three | four | five | six | seven | ten
day: day | morning | afternoon | evening
weekday: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
season: spring | summer | autumn | winter
)";

}  // namespace atome::harness
