/** The key under which the counts of the navigation and of the page are one and the same. */
export const DRIFT_COUNTS_KEY = 'drift-counts'
