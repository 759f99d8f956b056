package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Logs a WARN at start if a tool that a model may call requires approval, and no limit on
 * the requests for approval is set.
 */
public final class UnlimitedToolsWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(UnlimitedToolsWarning.class);

	private static final List<String> TOOL_ANNOTATIONS = List.of("org.springframework.ai.tool.annotation.Tool",
			"org.springframework.ai.mcp.annotation.McpTool");

	private static final List<String> LIMITS = List.of("airlock.gateway.approval.limits",
			"airlock.gateway.approval.pause");

	private final ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	/**
	 * Create the check.
	 * @param beanFactory has the tools
	 * @param environment has the limits
	 */
	public UnlimitedToolsWarning(ConfigurableListableBeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (hasLimits()) {
			return;
		}
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			Class<?> type = this.beanFactory.getType(name, false);
			Method tool = (type != null) ? findGuardedTool(ClassUtils.getUserClass(type)) : null;
			if (tool != null) {
				warn(tool);
				return;
			}
		}
	}

	private static void warn(Method tool) {
		logger.warn(("A model may call %s, and nothing limits how often a person is asked. Set for example "
				+ "'airlock.gateway.approval.limits.pending-per-gate=5', '.limits.pending-per-requester=3', "
				+ "'.limits.pending-per-pairing=20', '.limits.duplicates=refuse', and '.pause.after=5', '.pause.within=5m', "
				+ "'.pause.for=10m'")
			.formatted(ClassUtils.getQualifiedMethodName(tool)));
	}

	private boolean hasLimits() {
		Binder binder = Binder.get(this.environment);
		return LIMITS.stream()
			.anyMatch((name) -> binder.bind(name, Bindable.mapOf(String.class, Object.class)).isBound());
	}

	private static @Nullable Method findGuardedTool(Class<?> type) {
		if (TOOL_ANNOTATIONS.stream().noneMatch((name) -> AnnotationUtils.isCandidateClass(type, name))) {
			return null;
		}
		boolean guarded = isGuarded(MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY));
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type)).filter((method) -> {
			MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
			return TOOL_ANNOTATIONS.stream().anyMatch(annotations::isPresent) && (guarded || isGuarded(annotations));
		}).findFirst().orElse(null);
	}

	private static boolean isGuarded(MergedAnnotations annotations) {
		return annotations.isPresent(RequiresAirlockApproval.class);
	}

}
