/** A text as one word of a POSIX shell, in which it fills nothing in (POSIX.1-2024 Shell Command Language, 2.2.2). */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
