// Sharpening in 32-bit numbers, as torch computes it: once as the formula is written, once by logarithms
// (explainers/tasks/training_trials/run.py and explainers/models/ntm.py, under the names `power` and `sharpen`).

const SMALLEST_WEIGHT = 1e-12;
const round = Math.fround;

/**
 * Raise every weight to the power γ and divide by the sum (Graves 2014, eq. 9), each number rounded to 32 bits.
 *
 * @param {number[]} weighting [location]
 * @param {number} sharpening
 * @returns {{weighting: number[], sum: number, lost: number}} `lost`: how many weights were not 0 and whose powers are
 */
export function sharpenByPowers(weighting, sharpening) {
  const powers = weighting.map((weight) => round(round(weight) ** round(sharpening)));
  const sum = summed(powers);
  const lost = powers.filter((power, location) => power === 0 && weighting[location] > 0).length;
  return { weighting: powers.map((power) => round(power / sum)), sum, lost };
}

/**
 * The same by way of logarithms: softmax(γ · log w), each number rounded to 32 bits.
 *
 * @param {number[]} weighting [location]
 * @param {number} sharpening
 * @returns {{weighting: number[]}}
 */
export function sharpenByLogarithms(weighting, sharpening) {
  const logits = weighting.map((weight) =>
    round(round(sharpening) * round(Math.log(Math.max(round(weight), round(SMALLEST_WEIGHT))))),
  );
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => round(Math.exp(round(logit - largest))));
  const sum = summed(exponentials);
  return { weighting: exponentials.map((one) => round(one / sum)) };
}

function summed(numbers) {
  return numbers.reduce((sum, each) => round(sum + each), 0);
}
