use rust_hdl::prelude::Block;
fn main() {
    let a: Vec<usize> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let config = drtp_core::Config::with_layers(a[0], &a[1..]).unwrap();
    let mut core = Box::new(drtp_hdl::DrtpCore::new(&config));
    core.connect_all();
    match drtp_hdl::emit::verilog(core.as_ref(), drtp_hdl::TOP) {
        Ok(t) => println!("{t}"),
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(1)
        }
    }
}
