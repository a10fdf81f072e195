import { styleText } from 'node:util';

const colours = { '✓': 'green', '↩': 'yellow', '✗': 'red' } as const;

/** The text in that colour where standard output is a terminal; NO_COLOR and FORCE_COLOR are obeyed. */
export function paint(colour: 'green' | 'yellow' | 'red', text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** Prints what is going to happen. */
export function tellStory(title: string): void {
  console.log(title);
}

/** Prints a step of the story: it went as told, something was taken back, or it went wrong. */
export function tellStep(mark: keyof typeof colours, text: string): void {
  console.log(`  ${paint(colours[mark], mark)} ${text}`);
}
