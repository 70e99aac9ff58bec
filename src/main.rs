//! The `kordon` program.

fn main() -> std::process::ExitCode {
    kordon::cli::main()
}
