/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import net.bytebuddy.ByteBuddy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests that an {@link Error} of anything but the guarded method is a denial, whichever
 * way the method is called, and that no place is lost.
 */
@ExtendWith(OutputCaptureExtension.class)
class GuardErrorTests {

	private final PendingApprovals pending = new PendingApprovals(new PendingLimits(2, 2, null, null), Duration.ZERO,
			Halt.inMemory());

	@AutoClose
	private final ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, (task) -> {
		failAt(Place.THREAD);
		return task;
	});

	private final Vault vault = new Vault();

	private @Nullable Place place;

	private Error error = new NoSuchMethodError("treeToValue");

	static Stream<Arguments> errorsAtPlaces() {
		return Stream.of(Place.values())
			.flatMap((place) -> Stream.of(Style.values())
				.filter((style) -> place != Place.THREAD || style != Style.BLOCKING)
				.map((style) -> Arguments.of(place, style)));
	}

	@ParameterizedTest
	@MethodSource("errorsAtPlaces")
	void callWhenErrorOccursAtAnyPlaceIsDenied(Place place, Style style, CapturedOutput output) {
		this.place = place;
		Throwable failure = style.call(proxy());
		assertThat(failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("java.lang.NoSuchMethodError: treeToValue")
			.hasRootCause(this.error);
		assertThat(this.vault.opened).isZero();
		assertThat(output.getOut().lines().filter((line) -> line.contains("NoSuchMethodError"))).hasSize(1)
			.allMatch((line) -> line.contains("WARN"));
		assertThatNoException().isThrownBy(this::takeAllPlaces);
	}

	@ParameterizedTest
	@MethodSource("errors")
	void callWhenAnyErrorIsThrownIsDenied(Error thrown) {
		this.place = Place.PASS;
		this.error = thrown;
		for (Style style : Style.values()) {
			assertThat(style.call(proxy())).isInstanceOf(ApprovalUnavailableException.class).hasCause(thrown);
		}
		assertThat(this.vault.opened).isZero();
	}

	static Stream<Error> errors() {
		return Stream.of(new StackOverflowError(), new OutOfMemoryError(), new AssertionError("s3cr3t"),
				new ExceptionInInitializerError(new IllegalStateException("s3cr3t")));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void callWhenErrorIsThrownDoesNotRevealItsMessage(Error thrown, CapturedOutput output) {
		this.place = Place.PASS;
		this.error = thrown;
		assertThat(Style.BLOCKING.call(proxy())).hasMessageNotContaining("s3cr3t");
		assertThat(output).doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@EnumSource
	void errorOfMethodIsThrownUnchanged(Style style) {
		this.vault.failure = new AssertionError("of the method");
		assertThat(style.call(proxy())).isSameAs(this.vault.failure);
		assertThatNoException().isThrownBy(this::takeAllPlaces);
	}

	@ParameterizedTest
	@EnumSource
	void denialWhenHandlerFailsIsThrown(Style style, CapturedOutput output) {
		ApprovalUnavailableException denial = new ApprovalUnavailableException("no", "req-1", null);
		ApprovalDenialHandler handler = (invocation, reason) -> {
			throw this.error;
		};
		assertThat(style.call(proxy((call) -> {
			throw denial;
		}, handler))).isSameAs(denial).hasSuppressedException(this.error);
		assertThat(output).contains("The ApprovalDenialHandler failed: java.lang.NoSuchMethodError: treeToValue");
	}

	@Test
	void denialWhenHandlerReturnsUnsuitableResultIsThrown(CapturedOutput output) {
		ApprovalUnavailableException denial = new ApprovalUnavailableException("no", "req-1", null);
		ApprovalGate denying = (call) -> {
			throw denial;
		};
		assertThat(catchThrowable(() -> proxy(denying, (invocation, reason) -> 5).open())).isSameAs(denial);
		assertThat(catchThrowable(() -> proxy(denying, (invocation, reason) -> null).count())).isSameAs(denial);
		assertThat(catchThrowable(() -> proxy(denying, (invocation, reason) -> 5).burn())).isSameAs(denial);
		proxy(denying, (invocation, reason) -> null).burn();
		assertThat(this.vault.opened).isZero();
		assertThat(output).contains("The ApprovalDenialHandler returned a java.lang.Integer for ",
				"Vault.open, which returns java.lang.String: the exception is thrown instead", "returned null for ");
		assertThat(proxy(denying, (invocation, reason) -> 5).count()).isEqualTo(5);
		assertThat(proxy(denying, (invocation, reason) -> null).open()).isNull();
		assertThat(proxy(denying, (invocation, reason) -> "closed").openLater().join()).isEqualTo("closed");
	}

	@Test
	void lambdaOfKotlinWithoutAResultHandlesTheDenialOfAVoidMethod() throws Exception {
		Object unit = new ByteBuddy().subclass(Object.class)
			.name("kotlin.Unit")
			.make()
			.load(ClassLoader.getPlatformClassLoader())
			.getLoaded()
			.getConstructor()
			.newInstance();
		proxy((call) -> {
			throw new ApprovalUnavailableException("no", "req-1", null);
		}, (invocation, reason) -> unit).burn();
		assertThat(this.vault.opened).isZero();
	}

	@Test
	void denialWhenErrorFollowsApprovalHasRequestId() {
		Throwable failure = Style.BLOCKING.call(proxy((call) -> {
			MethodGuardedCall.of(call).approved("req-1");
			throw this.error;
		}, ApprovalDenialHandler.throwing()));
		assertThat(failure).isInstanceOfSatisfying(AirlockGatewayException.class,
				(denial) -> assertThat(denial.getRequestId()).isEqualTo("req-1"));
	}

	@Test
	void callWhenConditionFailsRequiresApproval() {
		this.place = Place.PASS;
		assertThat(catchThrowable(() -> proxy().openIf(new Broken()))).isInstanceOf(ApprovalUnavailableException.class);
		this.place = null;
		assertThat(catchThrowable(() -> proxy().openIf(new Broken()))).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("cannot be shown to the approver");
		assertThat(this.vault.opened).isZero();
	}

	private void takeAllPlaces() {
		Admission first = this.pending.admit("one", null, List.of("default"));
		Admission second = this.pending.admit("two", null, List.of("default"));
		first.close();
		second.close();
	}

	private void failAt(Place failing) {
		if (this.place == failing) {
			throw this.error;
		}
	}

	private Vault proxy() {
		return proxy((call) -> {
			failAt(Place.PASS);
			// Nor can the failure be reported then
			failAt(Place.REPORTER);
		}, ApprovalDenialHandler.throwing());
	}

	private Vault proxy(ApprovalGate person, ApprovalDenialHandler handler) {
		DenialPublisher publisher = new DenialPublisher(ApprovalListener.of(List.of()), "command.review");
		ApprovalGate admitting = new AdmittingApprovalGate(person, this.pending, ApproverGroups.none(), false,
				publisher);
		ApprovalGate gate = new ApprovalGate() {

			@Override
			public Admission admit(GuardedCall call) {
				failAt(Place.ADMIT);
				return admitting.admit(call);
			}

			@Override
			public void authorize(GuardedCall call) {
				admitting.authorize(call);
			}

		};
		ProxyFactory factory = new ProxyFactory(this.vault);
		factory.setProxyTargetClass(true);
		ApprovalAdvisor guard = new ApprovalAdvisor(new DefaultListableBeanFactory(), new MockEnvironment(),
				() -> new SnapshotWriter(new JsonMapper()), supplier(Place.GATE, gate), () -> handler,
				supplier(Place.REPORTER, publisher), () -> this.threads, supplier(Place.REQUESTER_SOURCE, () -> {
					failAt(Place.REQUESTER);
					return "ann";
				}), () -> null, Halt::inMemory);
		factory.addAdvisor(guard);
		GuardedChainAdvisor.addFirst(factory, "desk", new GuardedNames(new DefaultListableBeanFactory()));
		return (Vault) factory.getProxy();
	}

	private <T> Supplier<T> supplier(Place failing, T bean) {
		return () -> {
			failAt(failing);
			return bean;
		};
	}

	private enum Place {

		REQUESTER_SOURCE, REQUESTER, GATE, ADMIT, PASS, REPORTER, THREAD

	}

	private enum Style {

		BLOCKING((vault) -> CompletableFuture.completedFuture(vault.open())), FUTURE(Vault::openLater),
		MONO((vault) -> vault.openLazily().toFuture());

		private final Function<Vault, CompletableFuture<String>> opening;

		Style(Function<Vault, CompletableFuture<String>> opening) {
			this.opening = opening;
		}

		Throwable call(Vault vault) {
			Throwable failure = catchThrowable(() -> this.opening.apply(vault).join());
			return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
					: failure;
		}

	}

	static final class Broken {

		public int number = 1;

		public List<String> lines = new BrokenList();

	}

	static final class BrokenList extends AbstractList<String> {

		@Override
		public String get(int index) {
			throw new NoClassDefFoundError("element");
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class Vault {

		private int opened;

		private @Nullable Error failure;

		@RequiresAirlockApproval
		public String open() {
			if (this.failure != null) {
				throw this.failure;
			}
			this.opened++;
			return "opened";
		}

		@RequiresAirlockApproval
		public int count() {
			return this.opened;
		}

		@RequiresAirlockApproval
		public void burn() {
			this.opened++;
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> openLater() {
			return CompletableFuture.completedFuture(open());
		}

		@RequiresAirlockApproval
		public Mono<String> openLazily() {
			return Mono.just(open());
		}

		@RequiresAirlockApproval(condition = "#broken.lines.size() > 1")
		public String openIf(Broken broken) {
			return open();
		}

	}

}
