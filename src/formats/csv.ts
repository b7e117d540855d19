/** Fields as one row of CSV, quoted where they need it (Go's encoding/csv, which reads options of the engine's CLI). */
export const csvRow = (fields: readonly string[]): string =>
  fields.map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
