//! Random numbers that are the same on every platform and in every version: ChaCha with 8 rounds as a counter.
//!
//! Written out here so that no release of a library changes a report.

/// A family of random streams, one for every replicate, named by a seed and by what the numbers are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streams {
    key: [u32; 8],
}

impl Streams {
    /// Derives the family of a seed and a name, such as the id of a metric: other names give unrelated numbers.
    ///
    /// The key is the seed, taken through one ChaCha20 block for the length of the name and one for every 16 bytes of
    /// it.
    pub fn new(seed: u64, name: &str) -> Streams {
        let absorb = |key: [u32; 8], input: [u32; 4]| {
            let block = chacha(&key, input, 10);
            std::array::from_fn(|i| block[i])
        };
        let [seed_low, seed_high] = halves(seed);
        let [length_low, length_high] = halves(name.len() as u64);
        let start = absorb([seed_low, seed_high, 0, 0, 0, 0, 0, 0], [length_low, length_high, 0, 0]);
        let key = name.as_bytes().chunks(16).fold(start, |key, chunk| {
            let mut input = [0; 4];
            for (i, &byte) in chunk.iter().enumerate() {
                input[i / 4] |= u32::from(byte) << (8 * (i % 4));
            }
            absorb(key, input)
        });
        Streams { key }
    }

    /// The stream of one replicate. Replicates can be drawn in any order and on any number of threads.
    pub fn replicate(&self, number: u64) -> Stream {
        Stream { key: self.key, replicate: halves(number), blocks: 0, block: [0; 16], used: 16 }
    }
}

/// An endless sequence of random numbers: ChaCha8 blocks under a 64-bit counter.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 8],
    replicate: [u32; 2],
    blocks: u64,
    block: [u32; 16],
    used: usize,
}

impl Stream {
    /// A whole number, each of 64 bits equally likely 0 or 1.
    pub fn bits(&mut self) -> u64 {
        if self.used >= 16 {
            let [low, high] = halves(self.blocks);
            self.block = chacha(&self.key, [low, high, self.replicate[0], self.replicate[1]], 4);
            self.blocks = self.blocks.wrapping_add(1);
            self.used = 0;
        }
        let (low, high) = (self.block[self.used], self.block[self.used + 1]);
        self.used += 2;
        u64::from(low) | u64::from(high) << 32
    }

    /// A number above 0 and below 1: a multiple of 2^-53, each equally likely.
    pub fn uniform(&mut self) -> f64 {
        loop {
            let steps = self.bits() >> 11;
            if steps > 0 {
                return steps as f64 / 9_007_199_254_740_992.0;
            }
        }
    }
}

fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// One block of the ChaCha stream cipher: a key, the last four words of the state (counter and nonce), and half the
/// number of rounds.
///
/// 10 double rounds and a counter of one word give RFC 8439, 4 give ChaCha8. Source: Bernstein 2008.
pub fn chacha(key: &[u32; 8], position: [u32; 4], double_rounds: usize) -> [u32; 16] {
    // "expand 32-byte k"
    let mut start = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    start[4..12].copy_from_slice(key);
    start[12..].copy_from_slice(&position);
    let mut state = start;
    for _ in 0..double_rounds {
        for column in 0..4 {
            quarter_round(&mut state, [column, column + 4, column + 8, column + 12]);
        }
        for diagonal in 0..4 {
            let turned = |by: usize| 4 * by + (diagonal + by) % 4;
            quarter_round(&mut state, [diagonal, turned(1), turned(2), turned(3)]);
        }
    }
    std::array::from_fn(|i| state[i].wrapping_add(start[i]))
}

fn quarter_round(state: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (turn, back) in [(16, 12), (8, 7)] {
        state[a] = state[a].wrapping_add(state[b]);
        state[d] = (state[d] ^ state[a]).rotate_left(turn);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_left(back);
    }
}
