/** Which of the paper's two models an answer is from: they share their weights, and differ in how images are read. */

/** `InternVL-C`: pooled tokens of InternViT. `InternVL-G`: these, and QLLaMA's queries. */
export const MODES = ['InternVL-C', 'InternVL-G'] as const;
export type Mode = (typeof MODES)[number];
