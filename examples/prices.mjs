/** The price of a number of items: every tenth is free. */
export const price = (count, each) => (count - Math.floor(count / 10)) * each
