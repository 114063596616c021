/** Pairs of pictures and texts in groups that are read together: to read a picture costs more than a text. */

/** Pictures that are read together, and the numbers of their pairs. */
export interface MatchGroup {
  readonly pictures: number[];
  readonly pairs: number[];
}

/**
 * Pictures in the order in which pairs name them, together while they have at most `most` pairs.
 *
 * @param pictureOf the picture of each pair.
 */
export function groupsOf(pictureOf: readonly number[], most: number): MatchGroup[] {
  const pairsOf = new Map<number, number[]>();
  for (const [i, picture] of pictureOf.entries()) {
    const own = pairsOf.get(picture);
    if (own) own.push(i);
    else pairsOf.set(picture, [i]);
  }
  const groups: MatchGroup[] = [];
  for (const [picture, own] of pairsOf) {
    const last = groups.at(-1);
    if (last === undefined || last.pairs.length + own.length > most) {
      groups.push({ pictures: [picture], pairs: own });
    } else {
      last.pictures.push(picture);
      last.pairs.push(...own);
    }
  }
  return groups;
}
