// Verifies a webhook with the reference library: { secret, headers, body } in, its type out.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  console.log(new Webhook(secret).verify(body, headers).type);
} catch (refusal) {
  console.log(`refused: ${refusal.message}`);
}
