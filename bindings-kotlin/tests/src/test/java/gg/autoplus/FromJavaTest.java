package gg.autoplus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gg.autoplus.blocking.BlockingClient;
import gg.autoplus.blocking.OpenTrade;
import gg.autoplus.testing.Simulator;
import gg.autoplus.testing.User;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The blocking face, as Java sees it. */
@Timeout(60)
class FromJavaTest {
  private static final String ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";

  private Simulator simulator;
  private BlockingClient buyer;
  private BlockingClient shop;

  @BeforeEach
  void start() {
    simulator = new Simulator();
    buyer = client(simulator.getSender());
    shop = client(simulator.getReceiver());
  }

  @AfterEach
  void stop() {
    buyer.close();
    shop.close();
    simulator.close();
  }

  private BlockingClient client(User user) {
    return BlockingClient.builder()
        .token(user.getToken())
        .userId(user.getId())
        .baseUrl(simulator.getBaseUrl())
        .callTimeout(Duration.ofSeconds(20))
        .build();
  }

  private OpenTrade order() {
    return new OpenTrade(simulator.getGuild())
        .crypto(Crypto.Ltc.INSTANCE)
        .sender(simulator.getSender().getId())
        .receiver(simulator.getReceiver().getId())
        .operation("order:1");
  }

  @Test
  void aWholeTradeIsPlayed() throws Exception {
    var id = shop.openTrade(order()).getId();
    assertEquals(id, shop.openTrade(order()).getId());
    try (var threads = new Threads()) {
      var selling = threads.start(() -> play(shop, id));
      var buying = threads.start(() -> play(buyer, id));
      assertEquals(new StreamEnd.Closed(Outcome.Released.INSTANCE), selling.get());
      assertEquals(selling.get(), buying.get());
    }
    assertEquals(List.of(), simulator.check(null, 1));
    assertEquals(List.of(), shop.recover());
    assertEquals(List.of(), shop.knownTrades());
  }

  private StreamEnd play(BlockingClient client, String id) {
    try (var events = client.events(id, "player")) {
      for (var event : events) {
        if (event.getType() != EventType.Closed.INSTANCE) act(client, id);
      }
      return events.getEnd();
    }
  }

  private void act(BlockingClient client, String id) {
    try {
      var trade = client.trade(id);
      var step = client.nextStep(trade);
      if (step instanceof NextStep.ConfirmIdentification) {
        client.confirmIdentification(trade);
      } else if (step instanceof NextStep.Terms terms) {
        if (terms.getMine() == null) client.setTerms(trade, "mine");
        else if (terms.getTheirs() != null) client.confirmTerms(trade);
      } else if (step instanceof NextStep.Deposit) {
        simulator.deposit(id, new BigDecimal("0.5"));
        simulator.confirmDeposit(id);
      } else if (step instanceof NextStep.MayRelease) {
        client.requestRelease(trade).confirm("release:1");
      } else if (step instanceof NextStep.Claim) {
        client.requestClaim(trade, ADDRESS).confirm();
      }
    } catch (NotFoundException | ConflictException | ChangedSinceReviewException faster) {
      // The other side may be faster: the next event brings what stands.
    }
  }

  @Test
  void aTradeToOpenNeedsEveryPart() {
    var error = assertThrows(InvalidException.class, () -> shop.openTrade(new OpenTrade("1")));
    assertTrue(error.getMessage().startsWith("crypto:"), error.getMessage());
    assertEquals(0, simulator.requests().size());
  }

  @Test
  void whatFailsSaysHow() {
    var brief = BlockingClient.builder().baseUrl(simulator.getBaseUrl()).callTimeout(Duration.ofSeconds(1)).build();
    simulator.control(
        """
        {"do": "fault", "on": "GET /stats", "kind": "status", "status": 429, "retry_after": "40", "times": 9}
        """);
    var error = assertThrows(AutoPlusException.class, brief::stats);
    assertInstanceOf(RateLimitedException.class, error);
    assertEquals(Duration.ofSeconds(40), error.getRetryAfter());
    assertEquals(429, error.getStatus());
    assertNull(error.getOperation());
    brief.close();
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    var id = simulator.openTrade(TradeStatus.WaitingAction.INSTANCE);
    try (var threads = new Threads()) {
      var thread = new CompletableFuture<Thread>();
      var waiting =
          threads.start(
              () -> {
                thread.complete(Thread.currentThread());
                assertThrows(
                    CancellationException.class,
                    () -> buyer.waitFor(id, null, trade -> trade.getStatus() == TradeStatus.Completed.INSTANCE));
                return Thread.currentThread().isInterrupted();
              });
      while (simulator.polls().getWaiting() == 0) Thread.sleep(5);
      thread.get().interrupt();
      assertTrue(waiting.get());
    }
    while (simulator.polls().getWaiting() > 0) Thread.sleep(5);
    assertThrows(
        TimeoutException.class, () -> buyer.waitFor(id, Duration.ofMillis(200), trade -> trade.getRevision() < 0));
  }

  @Test
  void whatALoopLookedAtIsNotLost() {
    var id = simulator.openTrade(TradeStatus.WaitingAction.INSTANCE);
    try (var events = buyer.events(id, "looker", 0L)) {
      var iterator = events.iterator();
      assertTrue(iterator.hasNext());
      assertTrue(iterator.hasNext());
      var first = events.next();
      assertEquals(first.getOffset(), events.getOffset());
      events.commit();
      assertTrue(first.getId() < iterator.next().getId());
    }
  }

  @Test
  void manyTradesAreWorkedOnSideBySide() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 20; i++) ids.add(simulator.openTrade());
    var worked = ConcurrentHashMap.<String>newKeySet();
    try (var watch = shop.watch(ids.subList(0, 19), "worker")) {
      assertTrue(watch.add(ids.get(19)));
      watch.work(
          4,
          item -> {
            worked.add(item.getTradeId());
            if (worked.size() == ids.size()) watch.close();
          });
      assertNull(watch.next());
    }
    assertEquals(20, worked.size());
  }

  @Test
  void notesAreToldInALoop() {
    var notes = shop.streamNotes();
    try (var events = shop.events(simulator.openTrade())) {
      events.next();
    }
    shop.close();
    var told = new ArrayList<String>();
    for (var note : notes) told.add(note.getChange().getWire());
    assertEquals(List.of("opened", "closed"), told);
    assertEquals(0, notes.getMissed());
  }

  /** Threads that end with the test. */
  private static final class Threads implements AutoCloseable {
    private final ExecutorService pool = Executors.newCachedThreadPool();

    <T> Future<T> start(Callable<T> task) {
      return pool.submit(task);
    }

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }
}
