/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.tool.annotation.Tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ToolDenialHandler}.
 */
class ToolDenialHandlerTests {

	private static final String ADVICE = "Argument 'note' of Vault.open is too long";

	private final ToolDenialHandler handler = new ToolDenialHandler((invocation, denial) -> denial);

	@ParameterizedTest
	@MethodSource("denials")
	void keepsTheTypeAndRewordsTheMessage(AirlockGatewayException denial) throws NoSuchMethodException {
		assertThat(this.handler.handle(invocation(), denial)).isInstanceOfSatisfying(AirlockGatewayException.class,
				(reworded) -> {
					assertThat(reworded).isExactlyInstanceOf(denial.getClass())
						.hasMessage(ToolDenialText.of(denial))
						.hasNoCause();
					assertThat(reworded.getRequestId()).isEqualTo(denial.getRequestId());
					assertThat(reworded.getSuppressed()).containsExactly(denial);
				});
	}

	@Test
	void keepsTheTimeOfAPause() throws NoSuchMethodException {
		assertThat(this.handler.handle(invocation(), new ApprovalUnavailableException(ADVICE, Duration.ofMinutes(5))))
			.isInstanceOfSatisfying(ApprovalUnavailableException.class,
					(reworded) -> assertThat(reworded.getRetryAfter()).isEqualTo(Duration.ofMinutes(5)));
	}

	private static MethodInvocation invocation() throws NoSuchMethodException {
		MethodInvocation invocation = mock(MethodInvocation.class);
		Method method = Vault.class.getDeclaredMethod("open");
		given(invocation.getMethod()).willReturn(method);
		given(invocation.getThis()).willReturn(new Vault());
		return invocation;
	}

	static Stream<AirlockGatewayException> denials() {
		return Stream.of(new ApprovalWithdrawnException(ADVICE, "req-1"),
				new IdentityUnavailableException(ADVICE, null),
				new ApprovalDeniedException(ADVICE, "req-1", "Not today"),
				new ApprovalDeniedByPolicyException(ADVICE, "policy-1", Instant.EPOCH),
				new ApprovalTimeoutException(ADVICE, "req-1"), new ApprovalUnavailableException(ADVICE, "req-1", null),
				new ApprovalPendingException(ADVICE), new InvalidApprovalUsageException(ADVICE, null),
				new ApprovalHaltedException(ADVICE, "req-1", ADVICE),
				new ApprovalVerificationException(ADVICE, "req-1", null));
	}

	static class Vault {

		@Tool
		void open() {
		}

	}

}
