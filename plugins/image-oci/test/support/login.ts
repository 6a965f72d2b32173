/** A line of a password file, by bcrypt, for `user` and `secret-password`. */
export const HTPASSWD = 'user:$2b$05$g3nU.r47yg0.PQJSpwKOPOEnfv.jQTyliDwpw4ALOQL6EzvTddZJC';

/** The same login as `auth.json` has it. */
export const LOGIN = { auth: Buffer.from('user:secret-password').toString('base64') };
