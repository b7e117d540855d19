/** Bytes of a task file. All jobs of a matrix together are handed less than that. */
export const MOST_FILE_BYTES = 1024 ** 2
/** Values of a task file once its aliases stand for what they name: that is how a small file becomes a huge one. */
export const MOST_VALUES = 1_000_000
/** Maps and lists within each other, aliases followed. A task needs fewer than ten. */
export const MOST_DEPTH = 100
/** Characters of all tasks of a file together, with defaults laid under them and values filled in. */
export const MOST_CHARACTERS = 64 * 1024 ** 2
