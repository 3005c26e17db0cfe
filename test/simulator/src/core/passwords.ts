/** The default password profile, as answers of code 14 carry it (rest-api.md#first-login). */
export const passwordProfile = {
  min_len: 8,
  min_uppercase_count: 1,
  min_lowercase_count: 1,
  min_digit_count: 1,
  min_special_count: 0,
} as const;

export function isWeak(password: string): boolean {
  return (
    password.length < passwordProfile.min_len ||
    !/[A-Z]/.test(password) ||
    !/[a-z]/.test(password) ||
    !/[0-9]/.test(password)
  );
}
