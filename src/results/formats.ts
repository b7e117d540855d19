/** The kinds of reports that are read. */
export const TEST_FORMATS = ['junit', 'trx', 'ctrf'] as const
/** One of {@link TEST_FORMATS}. */
export type TestFormat = (typeof TEST_FORMATS)[number]
