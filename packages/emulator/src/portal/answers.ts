/**
 * Whether the portal answers as its reference says or as the service was seen to, where the two
 * differ. README lists the differences.
 */
export type Answers = 'documented' | 'observed'
