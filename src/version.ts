/** The version written to labels and records; a test keeps it equal to package.json. */
export const VERSION = '0.1.0'
