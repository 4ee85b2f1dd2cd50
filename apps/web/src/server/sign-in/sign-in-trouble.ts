/** The cookie that tells the connections page, for a minute, why a sign-in came to nothing. */
export const SIGN_IN_TROUBLE = 'weft_sign_in_trouble';
