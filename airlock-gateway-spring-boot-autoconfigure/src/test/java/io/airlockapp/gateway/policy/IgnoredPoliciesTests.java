package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.DndPolicy.ActionSelector;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link IgnoredPolicies}.
 */
class IgnoredPoliciesTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Instant LATER = NOW.plusSeconds(60);

	private static final Enforcer ENFORCER = new Enforcer("refunds", "Refunds", "dev-1", "payments", "", "shop");

	@RegisterExtension
	final CapturedLog log = new CapturedLog(DoNotDisturb.class);

	private final IgnoredPolicies ignored = new IgnoredPolicies(ENFORCER, (verdict) -> verdict == Verdict.REJECT);

	@Test
	void tellsWhyEachIsIgnored() {
		ActionSelector action = new ActionSelector(null, List.of("Refunds.refund"));
		assertTold(workspace("req-1", "shipping", "refunds", "deny_all", LATER),
				"req-1 is ignored: it is for another workspace");
		assertTold(workspace("req-1", "payments", "other", "deny_all", LATER), "it is for another enforcer");
		assertTold(policy("req-1", "airlock.dnd.workspace", "session-1", null), "it is for a session");
		assertTold(policy("req-1", "airlock.dnd.workspace", null, action), "contradict each other");
		assertTold(policy("req-1", "airlock.dnd.action", null, null), "contradict each other");
		assertTold(workspace("req-1", "payments", "refunds", "deny", LATER), "its mode is unknown");
		assertTold(workspace(null, "payments", "refunds", "deny_all", LATER), "null is ignored: it has no id");
		assertTold(workspace("req-1", "payments", "refunds", "deny_all", null), "it doesn't say when it expires");
		assertTold(workspace("req-1", "payments", "refunds", "deny_all", NOW), "it expired");
		assertTold(workspace("req-1", "payments", "refunds", "approve_all", LATER), "airlock.gateway.dnd.mode=full");
	}

	@Test
	void tellsOnce() {
		DndPolicy endless = workspace("req-1", "payments", "refunds", "deny_all", null);
		DndPolicy other = workspace("req-2", "payments", "refunds", "deny_all", null);
		this.ignored.tell(List.of(endless, endless), NOW);
		this.ignored.tell(List.of(), NOW);
		this.ignored.tell(List.of(endless, other), NOW);
		this.ignored.tell(List.of(other, endless), LATER);
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.satisfiesExactly((first) -> assertThat(first).contains("req-1"),
					(second) -> assertThat(second).contains("req-2"));
	}

	@Test
	void isSilentAboutWhatCounts() {
		this.ignored.tell(List.of(workspace("req-1", "payments", "refunds", "deny_all", LATER)), NOW);
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void doesNotRepeatWhatLooksSecret() {
		this.ignored.tell(List.of(workspace("airpat_0123\nERROR", "payments", "refunds", "deny_all", null)), NOW);
		assertThat(this.log.list).singleElement()
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.doesNotContain("airpat_0123", "\n");
	}

	private void assertTold(DndPolicy policy, String reason) {
		this.log.list.clear();
		this.ignored.tell(List.of(policy), NOW);
		assertThat(this.log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
			assertThat(event.getFormattedMessage()).contains(reason);
		});
	}

	private static DndPolicy workspace(@Nullable String id, String workspace, String enforcer, String mode,
			@Nullable Instant expiresAt) {
		return new DndPolicy(id, "airlock.dnd.workspace", workspace, null, enforcer, mode, null, null, null, null,
				expiresAt);
	}

	private static DndPolicy policy(String id, String type, @Nullable String session,
			@Nullable ActionSelector selector) {
		return new DndPolicy(id, type, "payments", session, "refunds", "deny_all", null, selector, null, null, LATER);
	}

}
