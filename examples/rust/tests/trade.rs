//! The shop and the buyer against each other, over HTTP on one simulator.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use autoplus_simulator::{Config, Simulator};

const SENDER: &str = "200000000000000001";
const RECEIVER: &str = "200000000000000002";
const ADDRESS: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";

struct Played {
    shop: String,
    buyer: String,
    goods_delivered: bool,
}

fn play(name: &str, buyer_extra: &[&str]) -> Played {
    let simulator = Simulator::start(Config::default()).unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let party = |program: &str, token: &str, user: &str| {
        let mut command = Command::new(program);
        command
            .env("AUTOPLUS_BASE_URL", simulator.base_url())
            .env("AUTOPLUS_TOKEN", token)
            .env("AUTOPLUS_USER_ID", user);
        command.args(["--order", "42", "--crypto", "ltc", "--price", "0.5"]);
        command.args(["--shop-terms", "one licence key", "--buyer-terms", "paid at once"]);
        command.current_dir(&folder).stdout(Stdio::piped());
        command
    };
    let mut shop = party(env!("CARGO_BIN_EXE_shop"), "sim-token-receiver", RECEIVER)
        .args(["--guild", "100000000000000001", "--buyer", SENDER])
        .args(["--payout-address", ADDRESS, "--deliver-to", "goods"])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(shop.stdout.take().unwrap()).lines();
    let opened = lines.next().unwrap().unwrap();
    let trade = opened.split(' ').nth(2).unwrap();
    let buyer: Output = party(env!("CARGO_BIN_EXE_buyer"), "sim-token-sender", SENDER)
        .args([
            "--trade",
            trade,
            "--shop",
            RECEIVER,
            "--return-address",
            ADDRESS,
            "--record",
            "record",
            "--goods",
            "goods",
        ])
        .args(buyer_extra)
        .output()
        .unwrap();
    let shop_said: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(buyer.status.success() && shop.wait().unwrap().success());
    Played {
        shop: shop_said.join("\n"),
        buyer: String::from_utf8(buyer.stdout).unwrap(),
        goods_delivered: folder.join("goods").exists(),
    }
}

#[test]
fn a_paid_order_is_delivered_and_released() {
    let played = play("paid", &[]);
    assert!(played.goods_delivered);
    assert!(played.shop.contains("escrow holds 0.5 ltc: delivering order 42"), "{}", played.shop);
    assert!(played.shop.ends_with("trade closed: released"), "{}", played.shop);
    assert!(played.buyer.contains("paid 0.5 ltc"), "{}", played.buyer);
}

#[test]
fn an_underpaid_order_is_returned_and_never_delivered() {
    let played = play("underpaid", &["--pay", "0.4"]);
    assert!(!played.goods_delivered);
    assert!(
        played.shop.contains("escrow holds 0.4 ltc, not the agreed 0.5 ltc: not delivered"),
        "{}",
        played.shop
    );
    assert!(played.shop.ends_with("trade closed: returned"), "{}", played.shop);
    assert!(played.buyer.contains("claiming the return"), "{}", played.buyer);
}
