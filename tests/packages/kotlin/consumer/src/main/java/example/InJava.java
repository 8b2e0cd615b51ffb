package example;

import gg.autoplus.ChangedSinceReviewException;
import gg.autoplus.ConflictException;
import gg.autoplus.Crypto;
import gg.autoplus.NextStep;
import gg.autoplus.NotFoundException;
import gg.autoplus.Outcome;
import gg.autoplus.StreamEnd;
import gg.autoplus.blocking.BlockingClient;
import gg.autoplus.blocking.OpenTrade;
import gg.autoplus.testing.Simulator;
import gg.autoplus.testing.User;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plays both sides of a trade, from its opening to the payout. */
public final class InJava {
  private final Simulator simulator = new Simulator();

  public static void main(String[] args) throws Exception {
    new InJava().play();
    System.out.println("played in Java");
  }

  private void play() throws Exception {
    try (simulator;
        var shop = client(simulator.getReceiver());
        var buyer = client(simulator.getSender())) {
      var opened =
          shop.openTrade(
              new OpenTrade(simulator.getGuild())
                  .crypto(Crypto.Ltc.INSTANCE)
                  .sender(simulator.getSender().getId())
                  .receiver(simulator.getReceiver().getId()));
      var buying = CompletableFuture.supplyAsync(() -> follow(buyer, opened.getId()));
      var selling = CompletableFuture.supplyAsync(() -> follow(shop, opened.getId()));
      var ends = List.of(buying.get(30, TimeUnit.SECONDS), selling.get(30, TimeUnit.SECONDS));
      var released = new StreamEnd.Closed(Outcome.Released.INSTANCE);
      if (!ends.equals(List.of(released, released))) throw new AssertionError("it ended with " + ends);
      var wrong = simulator.check(null, 1);
      if (!wrong.isEmpty()) throw new AssertionError(wrong);
    }
  }

  private BlockingClient client(User user) {
    return BlockingClient.builder()
        .token(user.getToken())
        .userId(user.getId())
        .baseUrl(simulator.getBaseUrl())
        .build();
  }

  private StreamEnd follow(BlockingClient client, String id) {
    try (var events = client.events(id)) {
      for (var event : events) {
        try {
          act(client, id);
        } catch (NotFoundException | ConflictException | ChangedSinceReviewException faster) {
          // The other side may be faster: the next event brings what stands.
        }
      }
      return events.getEnd();
    }
  }

  private void act(BlockingClient client, String id) {
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
      client.requestClaim(trade, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9").confirm();
    }
  }
}
