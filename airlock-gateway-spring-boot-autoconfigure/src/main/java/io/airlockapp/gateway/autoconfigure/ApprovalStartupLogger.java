/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.Declaration;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.Loopback;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.NativeDetector;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link ApplicationListener} that logs one line about the guard of a context after the
 * context has started, and warnings if approvals cannot be requested or methods are not
 * guarded. Pairings in a store and class files are read in the background.
 *
 * @param context the context
 * @param guards the verifier, which finds the guarded methods
 * @param bypassed whether guarded methods run without approval
 */
record ApprovalStartupLogger(ApplicationContext context, ApprovalGuardVerifier guards,
		boolean bypassed) implements ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(ApprovalStartupLogger.class);

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			return;
		}
		try {
			Set<String> methods = this.guards.findGuardedMethods();
			if (!methods.isEmpty() || !isReportedByParent()) {
				log(methods.size());
				logger.debug("Guarded methods: " + (methods.isEmpty() ? "none" : String.join(", ", methods)));
			}
		}
		catch (Throwable ex) {
			logger.warn("The state of the guard cannot be determined: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	private boolean isReportedByParent() {
		ApplicationContext parent = this.context.getParent();
		return parent != null && parent.getBeanProvider(ApprovalStartupLogger.class).stream().findAny().isPresent();
	}

	private void log(int count) {
		ApprovalGate gate = find(ApprovalGate.class);
		boolean own = gate != null && !LibraryTypes.isOfStarter(AopUtils.getTargetClass(gate));
		if (own) {
			warn(count,
					"An ApprovalGate bean of the application decides on guarded methods, in place of verified approvals");
		}
		String guarded = count + ((count == 1) ? " guarded method" : " guarded methods");
		AirlockGatewayConnectionDetails details = find(AirlockGatewayConnectionDetails.class);
		PairingSource pairings = find(PairingSource.class);
		Enforcer enforcer = find(Enforcer.class);
		if (this.bypassed) {
			logger.info(guarded + ", without approval ('airlock.gateway.approval.mode' is 'bypass')");
		}
		else if (enforcer == null || details == null || pairings == null || find(AirlockGatewayApi.class) == null) {
			Environment environment = this.context.getEnvironment();
			boolean disabled = !environment.getProperty("airlock.gateway.enabled", Boolean.class, true);
			String reason = disabled ? "'airlock.gateway.enabled' is 'false'" : "there is no client of the gateway";
			if (own) {
				logger.info("%s, decided by that bean alone (%s)".formatted(guarded, reason));
			}
			else {
				logger.info("%s%s (%s)".formatted(guarded, (count > 0) ? ", all denied" : "", reason));
				warn(count, AirlockApprovalAutoConfiguration.findObstacle(environment));
			}
		}
		else {
			logger
				.info("%s, enforcer '%s', gateway %s".formatted(guarded, enforcer.id(), address(details.getBaseUrl())));
			if (count > 0) {
				warnWithoutNames();
			}
			logProblems(count, enforcer, details, pairings);
		}
	}

	private void warnWithoutNames() {
		String methods = this.guards.findTypes()
			.flatMap((type) -> GuardedMethods.of(type)
				.stream()
				.map((method) -> Declaration.of(method, type))
				.filter((declaration) -> declaration.method().getParameterCount() > 0
						&& MethodArguments.PARAMETER_NAMES.getParameterNames(declaration.method()) == null)
				.map(Declaration::toString))
			.distinct()
			.collect(Collectors.joining(", "));
		if (!methods.isEmpty()) {
			logger.warn("Approvers see 'arg0' in place of the names of parameters of %s. Compile with '-parameters'"
				.formatted(methods));
		}
	}

	private void logProblems(int count, Enforcer enforcer, AirlockGatewayConnectionDetails details,
			PairingSource pairings) {
		boolean identified = !details.getCredentials().isEmpty() || find(AccessTokenSource.class) != null;
		PairingSource stored = (identified && readsStore(pairings)) ? pairings : null;
		String problem = !identified
				? "Approval cannot be requested without credentials. Set 'airlock.gateway.auth.pat'"
				: (stored == null) ? findProblem(pairings) : null;
		if (problem != null) {
			warn(count, problem);
		}
		// A test without approvals may contain a part of the beans only
		boolean complete = problem == null || FailureMessages.inTest().isEmpty();
		boolean searched = complete && !NativeDetector.inNativeImage();
		if (stored != null || searched) {
			new DetachedThreadFactory("airlock-start-").newThread(() -> logInBackground(count, stored, searched))
				.start();
		}
		// A simulator is on this machine, and no other application uses it
		if (identified && enforcer.id().equals(AirlockGatewayAutoConfiguration.DEFAULT_NAME)
				&& !Loopback.isLoopback(details.getBaseUrl())) {
			logger.warn(
					"The gateway identifies this application as '%s', like every other application without a name: set "
						.formatted(enforcer.id()) + "'airlock.gateway.enforcer.id' or 'spring.application.name'");
		}
	}

	/**
	 * Return whether the pairings are read from a store, which must not delay the start.
	 */
	private boolean readsStore(PairingSource pairings) {
		PairingStore store = find(PairingStore.class);
		return !(pairings instanceof ManagedPairingSource)
				|| (store != null && !(store instanceof ReadOnlyPairingStore));
	}

	/**
	 * Find the problem of the pairings, or of one that a guarded method names and that
	 * cannot exist.
	 */
	private @Nullable String findProblem(PairingSource pairings) {
		String problem = pairings.findProblem((name) -> true);
		return (problem != null) ? "Approval cannot be requested: " + problem : findUnknownPairing(pairings);
	}

	private @Nullable String findUnknownPairing(PairingSource pairings) {
		return this.context.getBeanProvider(ApprovalAdvisor.class)
			.stream()
			.flatMap((advisor) -> advisor.attributes().pairings().stream())
			.filter((name) -> pairings.getPairing(name) == null && pairings.whyNotPaired(name) == null)
			.findFirst()
			.map(FailureMessages::unknownPairing)
			.orElse(null);
	}

	/**
	 * Log what would delay the start.
	 * @param stored the pairings if they are in a store
	 * @param searched whether the classes of the application are searched
	 */
	private void logInBackground(int count, @Nullable PairingSource stored, boolean searched) {
		try {
			String unknown = (stored != null) ? findUnknownPairing(stored) : null;
			if (unknown != null) {
				warn(count, unknown);
			}
		}
		catch (Exception | LinkageError ex) {
			// The health contains the problem of the store
			logger.debug("The pairings cannot be read", ex);
		}
		if (searched) {
			logClassesWithoutBean();
		}
	}

	private void logClassesWithoutBean() {
		try {
			if (this.context.getAutowireCapableBeanFactory() instanceof ConfigurableListableBeanFactory beanFactory) {
				Set<Class<?>> classes = ClassesWithoutBean.find(beanFactory, this.guards);
				warnNoEffect(classes.stream().filter((type) -> !type.isAnnotation()),
						"no bean is known to be of such a class, so the methods run without approval unless Spring creates the "
								+ "objects later. Make the objects beans, or remove the annotation");
				warnNoEffect(classes.stream().filter(Class::isAnnotation),
						"such an annotation does not exist at runtime or on methods, so the methods run without approval. "
								+ "Declare it with @Retention(RUNTIME), and with METHOD among its targets");
			}
		}
		catch (Exception | LinkageError ex) {
			// Only a hint, and the context may be closed in the meantime
			logger.debug("The classes of the application cannot be searched", ex);
		}
	}

	private static void warnNoEffect(Stream<Class<?>> classes, String reason) {
		String names = classes.map(Class::getName).collect(Collectors.joining(", "));
		if (!names.isEmpty()) {
			logger.warn("@RequiresAirlockApproval has no effect in %s: %s".formatted(names, reason));
		}
	}

	private static void warn(int count, String problem) {
		if (count > 0) {
			logger.warn(problem);
		}
	}

	/**
	 * Return a URL without the parts that could contain a password.
	 */
	private static String address(URI baseUrl) {
		return baseUrl.getScheme() + "://" + baseUrl.getHost()
				+ ((baseUrl.getPort() != -1) ? ":" + baseUrl.getPort() : "")
				+ StringUtils.trimTrailingCharacter(Objects.requireNonNullElse(baseUrl.getRawPath(), ""), '/');
	}

	private <T> @Nullable T find(Class<T> type) {
		return this.context.getBeanProvider(type).getIfAvailable();
	}

}
