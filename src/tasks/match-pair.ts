/** A question for the matching head. */

/** Which picture goes with which text. */
export interface MatchPair {
  readonly picture: number;
  readonly text: number;
}
