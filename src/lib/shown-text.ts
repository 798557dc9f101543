/**
 * Makes text from a terminal or a user safe to show on one line (design: terminal output is untrusted):
 * control characters and the characters that reverse the direction of what follows become `·`, line breaks
 * and tabs become spaces.
 */
export function shownText(text: string): string {
  return text
    .replace(/[\t\n\v\f\r]+/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '·')
}
