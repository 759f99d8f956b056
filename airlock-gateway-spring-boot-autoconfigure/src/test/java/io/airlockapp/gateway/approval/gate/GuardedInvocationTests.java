package io.airlockapp.gateway.approval.gate;

import java.util.List;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link GuardedInvocation}.
 */
class GuardedInvocationTests {

	private final AirlockGatewayOperations operations = mock();

	private final ApprovalJournal journal = mock();

	@Test
	void nobodyIsAskedAboutACallThatTheGuardDidNotMake() {
		GuardedCall other = mock(GuardedCall.class);
		ApprovalGate gate = ApprovalGates.enforcing(this.operations, this.journal,
				new DenialPublisher(ApprovalListener.of(List.of()), "command.review"));
		assertThatIllegalArgumentException().isThrownBy(() -> gate.authorize(other))
			.withMessageContaining("Pass the GuardedCall that your gate was given");
		verifyNoInteractions(this.operations, this.journal);
	}

}
