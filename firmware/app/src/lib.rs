//! app
#![no_std]
