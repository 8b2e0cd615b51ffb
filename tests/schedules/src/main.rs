fn main() { let seed: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
 let n: u64 = std::env::args().nth(2).map_or(1, |n| n.parse().unwrap());
 for s in seed..seed+n { let t=std::time::Instant::now(); let p = autoplus_schedules::play(s, None);
  if n==1 { for l in &p.transcript { println!("{l}"); } println!("{:?}", p.findings); }
  println!("{s}: {} ms, {} requests, {} lines, {:?}", t.elapsed().as_millis(), p.findings.requests, p.transcript.len(), p.findings.problems); } }
