/**
 * The everyday concepts a first training begins with: code point and the plain English name, distinct by eye and ear.
 *
 * Where the plain name differs from the Unicode one (car: automobile), the Unicode name becomes a keyword.
 */
const themes = {
  animals: `1f415 dog, 1f408 cat, 1f40e horse, 1f404 cow, 1f416 pig, 1f411 sheep, 1f412 monkey,
    1f405 tiger, 1f981 lion, 1f418 elephant, 1f98f rhinoceros, 1f992 giraffe, 1f993 zebra, 1f42a camel, 1f98c deer,
    1f407 rabbit, 1f401 mouse, 1f994 hedgehog, 1f987 bat, 1f43b bear, 1f428 koala, 1f43c panda,
    1f998 kangaroo, 1f98a fox, 1f438 frog, 1f40a crocodile, 1f422 turtle, 1f40d snake, 1f409 dragon,
    1f40b whale, 1f42c dolphin, 1f41f fish, 1f988 shark, 1f419 octopus, 1f980 crab, 1f414 chicken, 1f424 baby chick,
    1f427 penguin, 1f985 eagle, 1f986 duck, 1f9a2 swan, 1f989 owl, 1f9a9 flamingo, 1f99a peacock, 1f99c parrot,
    1f40c snail, 1f98b butterfly, 1f41c ant, 1f41d bee, 1f41e ladybug, 1f577 spider, 1f984 unicorn`,
  plants: `1f333 tree, 1f332 evergreen tree, 1f334 palm tree, 1f335 cactus, 1f337 tulip, 1f339 rose, 1f33b sunflower,
    1f338 cherry blossom, 1f340 four leaf clover, 1f341 maple leaf, 1f344 mushroom,
    1f384 Christmas tree`,
  food: `1f34e apple, 1f34c banana, 1f350 pear, 1f34b lemon, 1f349 watermelon, 1f347 grapes, 1f353 strawberry,
    1f352 cherries, 1f351 peach, 1f34d pineapple, 1f951 avocado, 1f345 tomato, 1f346 eggplant, 1f955 carrot, 1f33d corn,
    1f336 hot pepper, 1f952 cucumber, 1f966 broccoli, 1f35e bread, 1f950 croissant, 1f968 pretzel, 1f9c0 cheese,
    1f95a egg, 1f953 bacon, 1f354 hamburger, 1f35f french fries, 1f355 pizza, 1f32d hot dog, 1f32e taco, 1f363 sushi,
    1f35d spaghetti, 1f37f popcorn, 1f366 ice cream cone, 1f369 doughnut, 1f36a cookie, 1f382 birthday cake,
    1f36b chocolate, 1f36c candy, 1f36d lollipop, 1f36f honey, 2615 coffee, 1f377 wine, 1f37a beer, 1f95b milk`,
  vehicles: `1f697 car, 1f68c bus, 1f691 ambulance, 1f692 fire engine, 1f693 police car, 1f69a truck,
    1f69c tractor, 1f3cd motorcycle, 1f6b2 bicycle, 1f6f4 scooter, 1f682 locomotive, 2708 airplane, 1f681 helicopter,
    1f680 rocket, 1f6f8 flying saucer, 1f6a2 ship, 26f5 sailboat, 1f6f9 skateboard, 1fa82 parachute,
    1f6a6 traffic light, 26fd fuel pump, 2693 anchor`,
  skyAndPlaces: `2600 sun, 1f319 moon, 2b50 star, 2601 cloud, 26a1 lightning, 1f308 rainbow,
    2744 snowflake, 2603 snowman, 2602 umbrella, 1f525 fire, 1f30a wave, 1f30b volcano, 1fa90 planet, 1f30d earth,
    1f3e0 house, 1f3f0 castle, 1f3ed factory, 26fa tent, 1f3a1 ferris wheel`,
  tools: `1f528 hammer, 1f527 wrench, 1fa9b screwdriver, 1fa9a saw, 1fa93 axe, 2702 scissors, 1f511 key, 1f512 lock,
    1f4a1 light bulb, 1f526 flashlight, 1f56f candle, 1f50d magnifying glass, 1f52c microscope, 1f52d telescope,
    1f321 thermometer, 1f4f7 camera, 1f4fa television, 1f4f1 mobile phone, 260e telephone, 1f4bb laptop, 1f9f2 magnet,
    2699 gear, 1f4a3 bomb, 2709 envelope, 270f pencil, 1f4da books, 1f4ce paperclip, 1f514 bell, 23f0 alarm clock,
    231b hourglass, 1f489 syringe, 1f48a pill, 1f5d1 trash can, 1fa9c ladder, 1f9f9 broom`,
  belongings: `1f453 glasses, 1f451 crown, 1f3a9 top hat, 1f455 t-shirt, 1f456 jeans, 1f457 dress, 1f454 necktie,
    1f9e6 socks, 1f45f shoe, 1f392 backpack, 1f45c handbag, 1f48d ring, 1f4b0 money bag,
    1f388 balloon, 1f381 gift, 1f9f8 teddy bear, 1fa91 chair, 1f6cf bed, 1f6bd toilet, 1f6c1 bathtub, 1f6aa door,
    1f6d2 shopping cart, 1f3b8 guitar, 1f3bb violin, 1f3ba trumpet, 1f941 drum, 1f3b9 piano, 1f3a4 microphone,
    1f3a7 headphones, 1f3a8 artist palette, 1f3b2 dice, 1f383 pumpkin`,
  sports: `26bd soccer ball, 1f3c0 basketball, 1f3c8 american football, 26be baseball, 1f3be tennis, 1f3b3 bowling,
    1f94a boxing glove, 1f3d3 ping pong, 1f3c6 trophy, 26f8 ice skate, 1f3f9 bow and arrow, 1f3af bullseye`,
  faces: `1f600 grinning face, 1f60e face with sunglasses, 1f622 crying face, 1f620 angry face, 1f634 sleeping face,
    1f60d face with heart eyes, 1f637 face with mask, 1f921 clown face, 1f47b ghost, 1f480 skull, 1f47d alien,
    1f916 robot`,
} as const;

/** Plain English names by code point, in reading order. */
export const everydayNames: ReadonlyMap<string, string> = new Map(
  Object.values(themes)
    .flatMap((theme) => theme.split(/,\s*/))
    .map((entry) => [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)]),
);
