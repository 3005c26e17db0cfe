import { Refusal } from "./errors";

/** The default password profile, as answers of code 14 carry it (rest-api.md#first-login). */
const passwordProfile = {
  min_len: 8,
  min_uppercase_count: 1,
  min_lowercase_count: 1,
  min_digit_count: 1,
  min_special_count: 0,
} as const;

/** @throws {Refusal} 400/14 with the profile for a weak password */
export function requireStrong(password: string): void {
  const isStrong =
    password.length >= passwordProfile.min_len &&
    /[A-Z]/.test(password) &&
    /[a-z]/.test(password) &&
    /[0-9]/.test(password);
  if (!isStrong) throw new Refusal(400, 14, "Weak password", { password_profile_basic: passwordProfile });
}
