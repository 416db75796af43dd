//! Processor instructions that stable `core` has no safe name for: the square root, which `libm`
//! leaves to software on Cortex-M and RISC-V, four lanes that stay together on x86-64, and its wider vectors.
//!
//! IEEE 754 defines each operation to the last bit, so every way here has the same result.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{
    _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_movehl_ps, _mm_set_ps, _mm_set_ss, _mm_shuffle_ps,
    _mm_sqrt_ss,
};

/// The correctly rounded square root of `x`: about 20 cycles of a Cortex-M4F instead of 64
/// instructions, and on x86-64 one that the compiler can take four at a time.
#[inline(always)]
pub(crate) fn sqrtf(x: f32) -> f32 {
    #[cfg(all(target_arch = "arm", target_abi = "eabihf"))]
    {
        let root: u32;
        // SAFETY: the `eabihf` targets have an FPU with `vsqrt.f32`; the only registers touched
        // are the operand and `s0`, which is declared as clobbered.
        unsafe {
            core::arch::asm!(
                "vmov s0, {0}",
                "vsqrt.f32 s0, s0",
                "vmov {0}, s0",
                inout(reg) x.to_bits() => root,
                out("s0") _,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        f32::from_bits(root)
    }
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))) }
    }
    #[cfg(riscv_f)]
    {
        let root;
        // SAFETY: the build script found that the target has floats.
        unsafe {
            core::arch::asm!(
                "fsqrt.s {0}, {1}",
                out(freg) root,
                in(freg) x,
                options(pure, nomem, nostack),
            );
        }
        root
    }
    #[cfg(not(any(
        all(target_arch = "arm", target_abi = "eabihf"),
        target_arch = "x86_64",
        riscv_f
    )))]
    {
        libm::sqrtf(x)
    }
}

/// The lanes of a dot product, folded as (0 + 1) + (2 + 3).
///
/// On x86-64 they are folded as the vector that they are. Left to itself the compiler takes the
/// pairs of this sum apart all the way up, into two half-empty vectors.
#[inline(always)]
pub(crate) fn fold(lanes: [f32; 4]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    {
        let [a, b, c, d] = lanes;
        // SAFETY: every x86-64 has SSE.
        unsafe {
            let lanes = _mm_set_ps(d, c, b, a);
            let pairs = _mm_add_ps(lanes, _mm_shuffle_ps::<0b10_11_00_01>(lanes, lanes));
            _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehl_ps(pairs, pairs)))
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        crate::lanes::fold(lanes)
    }
}

/// Work that loops over numbers.
pub(crate) trait Work {
    /// Does it, and returns how much was done.
    fn run(self) -> usize;
}

/// Does work with vectors of 256 bits where the processor has them: x86-64 alone has them of 128.
/// Nothing is fused or reordered, so that every bit is the same.
#[inline(always)]
pub(crate) fn in_wide_vectors(work: impl Work) -> usize {
    #[cfg(target_arch = "x86_64")]
    if avx2::is_here() {
        // SAFETY: processor and operating system have AVX2.
        return unsafe { avx2::run(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
    use core::sync::atomic::{AtomicU8, Ordering};

    const UNKNOWN: u8 = 0;
    const ABSENT: u8 = 1;
    const HERE: u8 = 2;

    /// The answer, kept since a virtual machine takes long to give it.
    static KNOWN: AtomicU8 = AtomicU8::new(UNKNOWN);

    #[target_feature(enable = "avx2")]
    pub(super) fn run(work: impl super::Work) -> usize {
        work.run()
    }

    pub(super) fn is_here() -> bool {
        match KNOWN.load(Ordering::Relaxed) {
            UNKNOWN => {
                let is_here = ask();
                KNOWN.store(if is_here { HERE } else { ABSENT }, Ordering::Relaxed);
                is_here
            }
            known => known == HERE,
        }
    }

    /// Asks the processor for AVX2, and whether the operating system keeps its registers (Intel's
    /// manual, volume 1, 14.3 and 14.7.1).
    fn ask() -> bool {
        const OSXSAVE_AND_AVX: u32 = 1 << 27 | 1 << 28;
        const SSE_AND_AVX_STATE: u64 = 0b110;
        const AVX2: u32 = 1 << 5;
        if __cpuid(0).eax < 7 || __cpuid(1).ecx & OSXSAVE_AND_AVX != OSXSAVE_AND_AVX {
            return false;
        }
        // SAFETY: OSXSAVE says that the instruction is there.
        let kept = unsafe { _xgetbv(0) };
        kept & SSE_AND_AVX_STATE == SSE_AND_AVX_STATE && __cpuid_count(7, 0).ebx & AVX2 != 0
    }
}

#[cfg(test)]
mod tests {
    use crate::random::Random;

    /// Numbers of every kind: any bits at all, and some that stand at an edge.
    fn numbers() -> impl Iterator<Item = f32> {
        let mut random = Random::seed(1);
        let edges = [
            0.0,
            -0.0,
            f32::MIN_POSITIVE,
            f32::from_bits(1),
            f32::MAX,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
        ];
        let any = core::iter::repeat_with(move || f32::from_bits(random.word()));
        edges.into_iter().chain(any.take(1 << 20))
    }

    /// Returns `true` if two numbers have the same bits, or are both NaN.
    fn same(a: f32, b: f32) -> bool {
        a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
    }

    #[test]
    fn the_square_root_is_correctly_rounded() {
        for x in numbers() {
            // An `f64` has more than twice the digits, with which rounding twice is rounding once.
            let (own, exact) = (super::sqrtf(x), libm::sqrt(f64::from(x)) as f32);
            assert!(same(own, exact), "{x:e}: {own:e}, not {exact:e}");
        }
    }

    #[test]
    fn lanes_are_added_in_the_order_of_the_contract() {
        let mut last = [0.0; 4];
        for x in numbers() {
            last.rotate_left(1);
            last[3] = x;
            let (own, stated) = (super::fold(last), crate::lanes::fold(last));
            assert!(same(own, stated), "{last:?}: {own:e}, not {stated:e}");
        }
    }
}
