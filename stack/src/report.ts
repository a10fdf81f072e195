const colours = { '✓': 32, '↩': 33, '✗': 31 } as const;

/** Prints what is going to happen. */
export function tellStory(title: string): void {
  console.log(title);
}

/** Prints a step of the story: it went as told, something was taken back, or it went wrong. */
export function tellStep(mark: keyof typeof colours, text: string): void {
  console.log(`  ${process.stdout.isTTY ? `\x1b[${colours[mark]}m${mark}\x1b[0m` : mark} ${text}`);
}
