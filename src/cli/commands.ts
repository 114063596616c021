/** The list of commands. Each is loaded when it is called: start-up pays for one command, not for all. */
import type { Command } from './command.js';

export const summaries = {
  classify: 'which of these words fits a picture',
  retrieve: 'search a folder of pictures with texts, and the other way round',
  embed: 'pictures and texts to vectors (.npy, .json, .safetensors)',
  caption: 'say in a sentence what is in a picture',
  match: 'how well texts and a picture belong together',
  demo: 'classify a picture that comes with the package',
  inspect: 'what a checkpoint holds and what memory it needs',
  convert: 'any checkpoint to safetensors',
  synthesize: 'a checkpoint of made-up weights, to rehearse with',
  parity: 'compare with recorded outputs of the official code',
  train: 'train a small model (stages 1 and 2)',
  eval: 'what a model gets right on EmojiWorld',
  emojiworld: 'draw sheets of the training pictures',
  doctor: 'check this machine, the backend and the model',
} as const;

export type CommandName = keyof typeof summaries;

const loaders: Readonly<Record<CommandName, () => Promise<{ readonly command: Command }>>> = {
  classify: () => import('./classify.js'),
  retrieve: () => import('./retrieve.js'),
  embed: () => import('./embed.js'),
  caption: () => import('./caption.js'),
  match: () => import('./match.js'),
  demo: () => import('./demo.js'),
  inspect: () => import('./inspect.js'),
  convert: () => import('./convert.js'),
  synthesize: () => import('./synthesize.js'),
  parity: () => import('./parity.js'),
  train: () => import('./train.js'),
  eval: () => import('./eval.js'),
  emojiworld: () => import('./emojiworld.js'),
  doctor: () => import('./doctor.js'),
};

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(summaries, name);
}

export async function loadCommand(name: CommandName): Promise<Command> {
  return (await loaders[name]()).command;
}
