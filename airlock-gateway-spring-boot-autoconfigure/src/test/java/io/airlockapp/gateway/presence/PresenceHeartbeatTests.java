/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.presence;

import java.time.Instant;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.store.PairingStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willDoNothing;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link PresenceHeartbeat}.
 */
class PresenceHeartbeatTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Enforcer ENFORCER = new Enforcer("enf-1", "Refunds", "dev-1", "payments", "", "refund-desk");

	private static final String REFUSED = "The gateway cannot be reached: refused";

	private static final String REMEDY = ". Check 'airlock.gateway.base-url' and the network";

	@RegisterExtension
	final CapturedLog log = new CapturedLog(PresenceHeartbeat.class);

	private final AirlockGatewayOperations gateway = mock();

	private final PresenceHeartbeat heartbeat = new PresenceHeartbeat(this.gateway, ENFORCER, () -> true, () -> NOW);

	@Test
	void beatSendsEnforcer() {
		this.heartbeat.beat();
		verify(this.gateway).sendHeartbeat(new Heartbeat("enf-1", "payments", "Refunds"));
		assertThat(this.heartbeat.getLastSuccess()).isEqualTo(NOW);
		assertThat(this.heartbeat.getLastFailure()).isNull();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void beatWithoutPairingIsNotSent() {
		PresenceHeartbeat unpaired = new PresenceHeartbeat(this.gateway, ENFORCER, () -> false, () -> NOW);
		unpaired.beat();
		verifyNoInteractions(this.gateway);
		assertThat(unpaired.getLastSuccess()).isNull();
	}

	@Test
	void failureAndRecoveryAreLoggedOnce() {
		willThrow(new AirlockGatewayException(REFUSED, null, null)).given(this.gateway).sendHeartbeat(any());
		this.heartbeat.beat();
		this.heartbeat.beat();
		assertThat(this.heartbeat.getLastFailure()).isEqualTo(REFUSED + REMEDY);
		assertThat(this.heartbeat.getLastSuccess()).isNull();
		willDoNothing().given(this.gateway).sendHeartbeat(any());
		this.heartbeat.beat();
		this.heartbeat.beat();
		assertThat(this.heartbeat.getLastFailure()).isNull();
		assertThat(this.heartbeat.getLastSuccess()).isEqualTo(NOW);
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
			.containsExactly(
					tuple(Level.WARN,
							"The gateway gets no heartbeat, so approvers see this application offline: " + REFUSED
									+ REMEDY),
					tuple(Level.DEBUG, "The gateway gets no heartbeat, so approvers see this application offline: "
							+ REFUSED + REMEDY),
					tuple(Level.INFO, "The gateway gets heartbeats again"));
		assertThat(this.log.list).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
	}

	@Test
	void failureAfterRecoveryIsLoggedAgain() {
		willThrow(new AirlockGatewayException("one", null, null)).willDoNothing()
			.willThrow(new AirlockGatewayException("two", null, null))
			.given(this.gateway)
			.sendHeartbeat(any());
		this.heartbeat.beat();
		this.heartbeat.beat();
		this.heartbeat.beat();
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.INFO, Level.WARN);
	}

	@Test
	void unexpectedFailureIsNotThrownAndItsMessageNotShown() {
		PresenceHeartbeat broken = new PresenceHeartbeat(this.gateway, ENFORCER, () -> {
			throw new IllegalStateException("jdbc:postgres://user:secret@host");
		}, () -> NOW);
		assertThatNoException().isThrownBy(broken::beat);
		assertThat(broken.getLastFailure()).isEqualTo(IllegalStateException.class.getName());
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).doesNotContain("secret"));
	}

	@Test
	void failureOfStoreHasNoRemedyForGateway() {
		PresenceHeartbeat broken = new PresenceHeartbeat(this.gateway, ENFORCER, () -> {
			throw new PairingStoreException("The entry cannot be read", new IllegalStateException());
		}, () -> NOW);
		broken.beat();
		assertThat(broken.getLastFailure()).isEqualTo("The entry cannot be read");
	}

	@Test
	void errorIsReportedAsFailure() {
		willThrow(new NoSuchMethodError("treeToValue")).given(this.gateway).sendHeartbeat(any());
		assertThatNoException().isThrownBy(this.heartbeat::beat);
		assertThat(this.heartbeat.getLastFailure()).isEqualTo("java.lang.NoSuchMethodError: treeToValue");
	}

	@Test
	void interruptAtShutdownIsNoFailure() {
		willAnswer((invocation) -> {
			Thread.currentThread().interrupt();
			throw new AirlockGatewayException("The gateway cannot be reached: InterruptedIOException", null, null);
		}).given(this.gateway).sendHeartbeat(any());
		this.heartbeat.beat();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.heartbeat.getLastFailure()).isNull();
		assertThat(this.log.list).isEmpty();
	}

}
